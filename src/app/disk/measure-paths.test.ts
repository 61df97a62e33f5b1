import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measurePaths } from './measure-paths.ts'

let dir = ''
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(tmpdir(), 'measure-'))
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

const du = (...paths: string[]): readonly number[] =>
  execFileSync('du', ['-s', '-B1', ...paths], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => Number(line.split('\t')[0]))
const bytesOf = async (...paths: string[]) => (await measurePaths(paths)).map(({ bytes }) => bytes)

test('measures as du does: names of one file once, holes not at all, any name', async () => {
  for (const name of ['one', 'two']) fs.mkdirSync(path.join(dir, name, 'deep'), { recursive: true })
  const at = (name: string): string => path.join(dir, name)
  fs.writeFileSync(at('one/file'), Buffer.alloc(100_000, 1))
  fs.linkSync(at('one/file'), at('one/deep/again'))
  fs.linkSync(at('one/file'), at('two/linked'))
  fs.writeFileSync(Buffer.concat([Buffer.from(`${dir}/two/`), Buffer.from([0xff, 0xfe])]), Buffer.alloc(9000, 1))
  fs.symlinkSync('/nowhere', at('two/link'))
  fs.writeFileSync(at('two/hole'), '')
  fs.truncateSync(at('two/hole'), 50_000_000)
  expect(await bytesOf(at('one'), at('two'))).toEqual(du(at('one'), at('two')))
  expect(await bytesOf(at('two'), at('one'))).toEqual(du(at('two'), at('one')))
  expect(await bytesOf(dir)).toEqual(du(dir))
})

test('what lies below an earlier path does not count again, and what is not there not at all', async () => {
  fs.mkdirSync(path.join(dir, 'a'))
  fs.writeFileSync(path.join(dir, 'a/file'), Buffer.alloc(50_000))
  const measured = await bytesOf(path.join(dir, 'a'), path.join(dir, 'none'), dir)
  expect(measured[1]).toBe(0)
  expect(measured.reduce((sum, bytes) => sum + bytes, 0)).toBe(du(dir)[0])
})
