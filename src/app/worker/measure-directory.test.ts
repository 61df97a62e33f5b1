import { linkSync, lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'
import { measureDirectory } from './measure-directory.ts'

const patient = { deadline: Number.POSITIVE_INFINITY }

/** A file, and a moment of the file system's clock after it. */
async function withOldFile(): Promise<{ readonly directory: string; readonly since: number }> {
  const directory = temporaryDirectory()
  mkdirSync(path.join(directory, 'sub'))
  writeFileSync(path.join(directory, 'sub/old.o'), 'old')
  await sleep(20)
  const stamp = path.join(temporaryDirectory(), 'stamp')
  writeFileSync(stamp, '')
  const since = lstatSync(stamp).ctimeMs
  await sleep(20)
  return { directory, since }
}

describe('measureDirectory', () => {
  test('tells what was written since a moment, whatever modification times say', async () => {
    const { directory, since } = await withOldFile()
    const file = path.join(directory, 'new')
    writeFileSync(file, '12345')
    utimesSync(file, 1, 1)
    const measured = await measureDirectory(directory, since, patient)
    expect(measured).toMatchObject({
      after: { files: 2, bytes: 8 },
      written: { files: 1, bytes: 5 },
      compiled: { kept: 1, written: 0 },
      complete: true,
    })
    expect(measured.newestKept).toBe(lstatSync(path.join(directory, 'sub/old.o')).mtimeMs)
  })

  test('counts a file with several names once, and finds names that are no UTF-8', async () => {
    const directory = temporaryDirectory()
    const odd = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0x41])])
    mkdirSync(odd)
    const file = Buffer.concat([odd, Buffer.from('/f')])
    writeFileSync(file, 'abc')
    linkSync(file, path.join(directory, 'again'))
    expect((await measureDirectory(directory, 0, patient)).after).toEqual({ files: 1, bytes: 3 })
  })

  test('stops at its deadline and says that it has not seen everything', async () => {
    const { directory } = await withOldFile()
    expect(await measureDirectory(directory, 0, { deadline: 0 })).toMatchObject({
      after: { files: 0, bytes: 0 },
      complete: false,
    })
  })
})
