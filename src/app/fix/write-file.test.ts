import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { replaceText } from './write-file.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'slipway-write-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('replacing the text of a file', () => {
  it('replaces what a link points to, and keeps the mode', async () => {
    const file = path.join(dir, 'real')
    writeFileSync(file, 'before')
    chmodSync(file, 0o4751)
    symlinkSync('real', path.join(dir, 'link'))
    await replaceText(path.join(dir, 'link'), { before: 'before', after: 'after' })
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o7777]).toEqual(['after', 0o4751])
    expect(readdirSync(dir).sort()).toEqual(['link', 'real'])
  })

  it('leaves a file alone that somebody has changed in the meantime', async () => {
    const file = path.join(dir, 'edited')
    writeFileSync(file, 'edited')
    await expect(replaceText(file, { before: 'before', after: 'after' })).rejects.toThrow('was changed in the meantime')
    expect(readFileSync(file, 'utf8')).toBe('edited')
  })
})
