import { posix } from 'node:path'

/**
 * A path as BuildKit puts it into an image config: relative ones are joined to `parent` and cleaned, absolute ones stay
 * as written, an empty one is the parent.
 */
export function normalizePath(parent: string, path: string): string {
  const base = parent === '' ? '/' : posix.isAbsolute(parent) ? parent : posix.join('/', parent)
  if (path === '') return base
  return posix.isAbsolute(path) ? path : stripSlash(posix.join(base, path))
}

/** Absolute, without `.`, `..`, doubled and trailing slashes: what steps are run with. */
export function cleanAbsolute(path: string): string {
  return stripSlash(posix.join('/', path))
}

/** Where COPY and ADD put files: absolute and clean, with a trailing slash when the text means a directory. */
export function normalizeDestination(workdir: string, written: string): string {
  const clean = cleanAbsolute(posix.isAbsolute(written) ? written : posix.join('/', workdir, written))
  const isDirectory = written === '' || written === '.' || /\/\.?$/.test(written)
  return isDirectory && clean !== '/' ? `${clean}/` : clean
}

function stripSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
