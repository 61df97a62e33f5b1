import { describe, expect, it } from 'vitest'
import { changeMode, type ModeChange, parseChmod } from './index.ts'

const apply = (text: string, mode: number, isDirectory = false): string =>
  changeMode(mode, parseChmod(text) as ModeChange, isDirectory).toString(8)

describe('--chmod', () => {
  it.each([
    ['755', 0o600, '755'],
    ['0', 0o777, '0'],
    ['4755', 0o644, '4755'],
    ['07777', 0o644, '7777'],
    ['u=rwX,go=rX', 0o644, '644'],
    ['u=rwX,go=rX', 0o700, '755'],
    ['+x', 0o644, '755'],
    ['a-w', 0o666, '444'],
    ['g=u', 0o640, '660'],
    ['o=g,g=', 0o750, '705'],
    ['go-rwx', 0o777, '700'],
    ['u+s', 0o755, '4755'],
    ['g+s', 0o755, '2755'],
    ['+t', 0o755, '1755'],
    ['o+t', 0o755, '755'],
    ['u=rw', 0o4755, '655'],
    ['=r', 0o777, '444'],
    ['u+r-w', 0o200, '400'],
    ['a+X', 0o640, '640'],
    ['a+X', 0o610, '711'],
    ['ug+rw,o-r', 0o604, '660'],
  ])('%s turns %o into %s', (text, mode, expected) => {
    expect(apply(text, mode)).toBe(expected)
  })

  it('gives X to every directory', () => {
    expect(apply('a+X', 0o600, true)).toBe('711')
  })

  it.each(['999', '10000', '8', '0x1', 'rwx', 'u', 'z+x', 'u+q', '', 'u=rw,', ',u=rw', '77a'])('refuses %j', (text) => {
    expect(parseChmod(text)).toBeUndefined()
  })
})
