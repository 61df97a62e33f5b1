import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listDirectory, readSmallText } from './list-directory.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'list-directory-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, content: string | Uint8Array = 'x'): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
const paths = (ignore: readonly string[], more: { limit?: number; enter?: (path: string) => boolean } = {}) =>
  listDirectory(root, { ignore, limit: 100, ...more })
    .files.map(({ path }) => path)
    .sort()

describe('a listing', () => {
  test('tells kinds, sizes and what can be executed, and follows no link', () => {
    write('a/run.sh', '12345')
    chmodSync(join(root, 'a/run.sh'), 0o755)
    symlinkSync('/', join(root, 'away'))
    const { files, truncated } = listDirectory(root, { ignore: [], limit: 100 })
    expect(truncated).toBe(false)
    expect([...files].sort((x, y) => (x.path < y.path ? -1 : 1))).toEqual([
      { path: 'a', kind: 'directory', size: 0, executable: false },
      { path: 'a/run.sh', kind: 'file', size: 5, executable: true },
      { path: 'away', kind: 'link', size: 0, executable: false },
    ])
  })

  test('does not look into what is ignored as a whole', () => {
    write('node_modules/x/index.js')
    write('dist/keep.js')
    write('logs/a.log')
    expect(paths(['node_modules', 'dist', '!dist/keep.js', 'logs/*'])).toEqual([
      'dist',
      'dist/keep.js',
      'logs',
      'logs/a.log',
      'node_modules',
    ])
  })

  test('looks into ignored directories that are asked for', () => {
    write('.github/workflows/ci.yml')
    expect(paths(['.github'], { enter: (path) => path.startsWith('.github') })).toContain('.github/workflows/ci.yml')
  })

  test('ends at its limit, with the trees of tools last', () => {
    for (let index = 0; index < 20; index += 1) write(`node_modules/p${index}/index.js`)
    write('src/deep/main.ts')
    const { files, truncated } = listDirectory(root, { ignore: [], limit: 8 })
    expect([files.length, truncated]).toEqual([8, true])
    expect(files.map(({ path }) => path)).toContain('src/deep/main.ts')
  })

  test('of nothing is empty', () => {
    expect(listDirectory(join(root, 'nowhere'), { ignore: [], limit: 10 })).toEqual({ files: [], truncated: false })
  })
})

describe('a text', () => {
  test.each([
    ['häuser\n', 'häuser\n'],
    [new Uint8Array([0xff, 0xfe, 0x41]), undefined],
    [new Uint8Array([0x41, 0, 0x42]), undefined],
    ['x'.repeat(101), undefined],
  ])('of %j', (content, text) => {
    write('f', content)
    expect(readSmallText(join(root, 'f'), 100)).toBe(text)
  })

  test('is no directory, no link that leads away, and nothing that is missing', () => {
    write('f')
    symlinkSync('/etc/hostname', join(root, 'link'))
    expect(['', 'link', 'missing'].map((name) => readSmallText(join(root, name), 100))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
