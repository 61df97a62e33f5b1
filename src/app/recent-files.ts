import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { replaceFile } from './replace-file.ts'

/** Writes a file by `replaceFile` and removes the oldest files beside it when they are more than `most`; drafts do not count. */
export async function writeRecent(file: string, content: string | Uint8Array, most: number): Promise<void> {
  replaceFile(file, content)
  const old = (await recentFiles(path.dirname(file))).slice(most)
  await Promise.all(old.map((one) => rm(one, { force: true })))
}

/** The files of a directory, newest first; none when it cannot be read. Other processes may remove some meanwhile. */
export async function recentFiles(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.'))
  const aged = await Promise.all(
    names.map(async (name) => {
      const file = path.join(directory, name)
      const stats = await stat(file).catch(() => undefined)
      return stats === undefined ? [] : [{ file, time: stats.mtimeMs }]
    }),
  )
  return aged
    .flat()
    .sort((a, b) => b.time - a.time)
    .map(({ file }) => file)
}
