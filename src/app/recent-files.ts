import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Writes a file by one rename, makes its directory, and removes the oldest files there when they are more than `most`. Names
 * that begin with a dot do not count.
 */
export async function writeRecent(file: string, content: string | Uint8Array, most: number): Promise<void> {
  const directory = path.dirname(file)
  const draft = path.join(directory, `.${randomUUID()}`)
  await mkdir(directory, { recursive: true })
  await writeFile(draft, content)
  await rename(draft, file)
  const old = (await recentFiles(directory)).slice(most)
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
