import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { type Digest, digestOf, fsPath } from '../../core/index.ts'
import { digestFiles } from './index.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

const nowhere = { size: 0n, mtimeNs: 0n, ctimeNs: 0n, ino: 0n }

/** The digests of files as they are now. */
function digested(
  paths: readonly string[],
  options?: Parameters<typeof digestFiles>[1],
): Promise<ReadonlyMap<string, Digest>> {
  const keyOf = (path: string) => statSync(fsPath(path), { bigint: true, throwIfNoEntry: false }) ?? nowhere
  return digestFiles(
    paths.map((path) => ({ path, key: keyOf(path) })),
    options,
  )
}

/** Makes the clock of the program, not of the file system, say that files are old enough to be trusted. */
function later(): void {
  const now = Date.now()
  vi.spyOn(Date, 'now').mockReturnValue(now + 60_000)
}

it('gives the sha256 of each file', async () => {
  const root = temporaryDirectory({ a: 'hello', 'd/b': '', big: Buffer.alloc(3 * 1024 * 1024, 7) })
  const paths = ['a', 'd/b', 'big'].map((name) => join(root, name))
  const digests = await digested(paths)
  expect([...digests]).toEqual(paths.map((path) => [path, digestOf(readFileSync(path))]))
})

it('gives the same on threads, for strange names too', async () => {
  const root = temporaryDirectory()
  const odd = Buffer.concat([Buffer.from(`${root}/odd`), Buffer.from([0xff])])
  writeFileSync(odd, 'odd')
  const plain = Array.from({ length: 700 }, (_, number) => join(root, `f${number}`))
  for (const path of plain) writeFileSync(path, path)
  let bytes = 0
  const digests = await digested([...plain, `${root}/odd\udcff`], {
    threads: 2,
    progress: (moved) => (bytes += moved),
  })
  expect(digests.get(`${root}/odd\udcff`)).toBe(digestOf('odd'))
  expect(plain.every((path) => digests.get(path) === digestOf(path))).toBe(true)
  expect(bytes).toBe(plain.reduce((sum, path) => sum + path.length, 3))
})

it('reads a file again only when its stat data changed', async () => {
  const root = temporaryDirectory({ f: 'before' })
  const indexFile = join(root, 'index/stat')
  const file = join(root, 'f')
  later()
  await digested([file], { indexFile })
  const index = readFileSync(indexFile, 'utf8')
  expect(index).toContain(digestOf('before').slice(7))
  // A forged digest shows that the index answers.
  const forged = digestOf('forged')
  writeFileSync(indexFile, index.replace(digestOf('before').slice(7), forged.slice(7)))
  expect((await digested([file], { indexFile })).get(file)).toBe(forged)
  writeFileSync(file, 'after!')
  expect((await digested([file], { indexFile })).get(file)).toBe(digestOf('after!'))
  vi.restoreAllMocks()
})

it('sees a change that keeps size and modification time', async () => {
  const root = temporaryDirectory({ f: 'one' })
  const indexFile = join(root, 'stat')
  const file = join(root, 'f')
  utimesSync(file, 1000, 1000)
  later()
  await digested([file], { indexFile })
  vi.restoreAllMocks()
  await new Promise((resolve) => setTimeout(resolve, 30))
  writeFileSync(file, 'two')
  utimesSync(file, 1000, 1000)
  expect((await digested([file], { indexFile })).get(file)).toBe(digestOf('two'))
})

it('does not trust a file that changed in the instant it was read', async () => {
  const root = temporaryDirectory({ f: 'fresh' })
  const indexFile = join(root, 'stat')
  await digested([join(root, 'f')], { indexFile })
  expect(() => readFileSync(indexFile)).toThrow('ENOENT')
})

it('keeps what two calls at a time learn', async () => {
  const root = temporaryDirectory({ a: 'a', b: 'b' })
  const indexFile = join(root, 'stat')
  later()
  await Promise.all([digested([join(root, 'a')], { indexFile }), digested([join(root, 'b')], { indexFile })])
  vi.restoreAllMocks()
  const index = readFileSync(indexFile, 'utf8')
  expect([index.includes(digestOf('a').slice(7)), index.includes(digestOf('b').slice(7))]).toEqual([true, true])
})

it('starts anew from a damaged index', async () => {
  const root = temporaryDirectory({ f: 'x', stat: 'slipway stat index 1\nnonsense\n' })
  const digests = await digested([join(root, 'f')], { indexFile: join(root, 'stat') })
  expect(digests.get(join(root, 'f'))).toBe(digestOf('x'))
})

it('names a file that cannot be read, on threads too', async () => {
  const root = temporaryDirectory({ big: Buffer.alloc(9 * 1024 * 1024) })
  const missing = join(root, 'missing')
  await expect(digested([missing])).rejects.toMatchObject({
    code: 'context-unreadable',
    message: `cannot read ${missing}: ENOENT`,
  })
  await expect(digested([join(root, 'big'), root])).rejects.toMatchObject({ code: 'context-unreadable' })
})

it('stops when the build is cancelled', async () => {
  const root = temporaryDirectory({ big: Buffer.alloc(9 * 1024 * 1024) })
  const signal = AbortSignal.abort()
  await expect(digested([join(root, 'big')], { signal })).rejects.toMatchObject({ code: 'cancelled' })
})
