import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'

/** The Dockerfile of a directory by one of the names it may have. */
export function dockerfileIn(directory: string): string | undefined {
  return ['Dockerfile', 'dockerfile', 'Containerfile', 'containerfile']
    .map((name) => path.join(directory, name))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

/** The text of a file that was named. Throws `dockerfile-missing` and `context-unreadable`. */
export function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new SlipwayError('dockerfile-missing', `there is no ${shown}`, { cause })
    throw new SlipwayError('context-unreadable', `cannot read ${shown}: ${(cause as Error).message}`, { cause })
  }
}
