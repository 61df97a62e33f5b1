import { existsSync } from 'node:fs'
import path from 'node:path'

/** The directory that remembered paths are relative to: the root of the repository, else the working directory. */
export function rootOf(directory: string, cwd: string): string {
  for (let place = directory; ; place = path.dirname(place)) {
    if (existsSync(path.join(place, '.git'))) return place
    if (path.dirname(place) === place) return cwd
  }
}
