import { posix } from 'node:path'

/** An absolute path, cleaned. A slash at the end is kept: it says that the path is a directory. */
export function absolutePath(path: string, cwd: string): string {
  const joined = posix.normalize(path.startsWith('/') ? path : `${cwd}/${path}`)
  return joined === '' ? '/' : joined
}

/** A path in a context: no `/` or `./` in front, none behind; `''` for all of it. */
export function contextPath(path: string): string {
  const cleaned = posix.normalize(`/${path}`).replace(/\/$/, '')
  return cleaned.slice(1)
}
