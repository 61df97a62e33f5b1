import { readFileSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'

/** No Dockerfile is as large as this; what is, was named by mistake, and would keep the rules busy for minutes. */
const mostBytes = 1 << 20

/** The state of a path, undefined when nothing is there. Rejects with `context-unreadable` for links in a circle and closed directories. */
export function stateOf(file: string, shown: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch (cause) {
    throw unreadable(shown, cause)
  }
}

/** The Dockerfile of a directory by one of the names it may have. */
export function dockerfileIn(directory: string): string | undefined {
  return ['Dockerfile', 'dockerfile', 'Containerfile', 'containerfile']
    .map((name) => path.join(directory, name))
    .find((file) => stateOf(file, file)?.isFile() === true)
}

/**
 * The text of a Dockerfile, a compose or a bake file. Throws `dockerfile-missing`, `context-unreadable`, and `dockerfile-syntax` for what is
 * no text: NUL bytes, UTF-16, more than a mebibyte.
 */
export function readText(file: string, shown: string): string {
  const bytes = bytesOf(file, shown)
  if (bytes.length > mostBytes)
    throw noText(shown, `has ${(bytes.length / 1e6).toFixed(1)} MB, and files of more than 1 MiB are not checked`)
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw noText(shown, 'is UTF-16: a Dockerfile is UTF-8')
  const zero = bytes.indexOf(0)
  if (zero >= 0)
    throw noText(
      shown,
      `has a NUL byte in line ${bytes.subarray(0, zero).toString('latin1').split('\n').length}: it is no text`,
    )
  return bytes.toString('utf8')
}

function bytesOf(file: string, shown: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(shown, cause)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links lead in a circle',
  ENOTDIR: 'a part of its path is a file',
  ENAMETOOLONG: 'its name is too long',
}

function unreadable(shown: string, cause: unknown): SlipwayError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return new SlipwayError('dockerfile-missing', `there is no ${shown}`, { cause })
  return new SlipwayError('context-unreadable', `cannot read ${shown}: ${reasons[code] ?? message}`, { cause })
}

function noText(shown: string, what: string): SlipwayError {
  return new SlipwayError('dockerfile-syntax', `${shown} ${what}`)
}
