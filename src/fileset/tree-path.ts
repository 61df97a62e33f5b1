export { baseOf } from '../archive/index.ts'

/** The normal form of tree paths: no leading or trailing slash, no `.`, and `..` that never climbs above the root. */
export function cleanPath(text: string): string {
  if (!text.includes('.') && !text.includes('//') && !text.startsWith('/') && !text.endsWith('/')) return text
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** The directory a path is in; `''` for the root and for what is directly in it. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** `name` below `directory`, both in normal form; either may be the root. */
export function joinPath(directory: string, name: string): string {
  if (directory === '') return name
  return name === '' ? directory : `${directory}/${name}`
}
