import { readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { replaceFile } from './replace-file.ts'

/** Writes a file by `replaceFile` and removes the oldest files beside it when they are more than `most`; drafts do not count. */
export function writeRecent(file: string, content: string | Uint8Array, most: number): void {
  replaceFile(file, content)
  if (filesIn(path.dirname(file)).length <= most) return
  for (const old of recentFiles(path.dirname(file)).slice(most)) rmSync(old, { force: true })
}

/** The files of a directory, newest first; none when it cannot be read. Other processes may remove some meanwhile. */
export function recentFiles(directory: string): readonly string[] {
  return filesIn(directory)
    .flatMap((file) => {
      const stats = statSync(file, { throwIfNoEntry: false })
      return stats === undefined ? [] : [{ file, time: stats.mtimeMs }]
    })
    .sort((a, b) => b.time - a.time)
    .map(({ file }) => file)
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).flatMap((name) => (name.startsWith('.') ? [] : [path.join(directory, name)]))
  } catch {
    return []
  }
}
