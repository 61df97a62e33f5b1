import { walkTree } from '../archive/index.ts'
import type { ImageInside } from './image-inside.ts'

/** What npm (7 and later) has installed, where it says so. */
const record = /^(?:.*\/)?node_modules\/\.package-lock\.json$/
/** A tree of 20,000 packages has a record of 10 MB. */
const largestRecord = 64 << 20

/** Tells the files of npm packages that npm itself calls development dependencies. Records that cannot be read say nothing. */
export function developmentPackages(inside: Pick<ImageInside, 'root' | 'read'>): (path: string) => boolean {
  const directories = new Set<string>()
  for (const { entry } of walkTree(inside.root)) {
    if (entry.kind !== 'file' || entry.size > largestRecord || !record.test(entry.path)) continue
    const bytes = inside.read(entry.path, { offset: 0, length: entry.size })
    const top = entry.path.replace(/node_modules\/\.package-lock\.json$/, '')
    for (const name of bytes === undefined ? [] : developmentIn(bytes)) directories.add(`${top}${name}`)
  }
  if (directories.size === 0) return () => false
  return (path) => {
    let at = path.indexOf('node_modules/')
    while (at >= 0) {
      const rest = path.slice(at + 'node_modules/'.length)
      const name = /^(?:@[^/]+\/)?[^/]+(?=\/)/.exec(rest)?.[0]
      if (name !== undefined && directories.has(`${path.slice(0, at)}node_modules/${name}`)) return true
      at = path.indexOf('node_modules/', at + 1)
    }
    return false
  }
}

function developmentIn(bytes: Uint8Array): readonly string[] {
  try {
    const { packages } = JSON.parse(new TextDecoder().decode(bytes)) as { packages?: unknown }
    if (typeof packages !== 'object' || packages === null) return []
    return Object.entries(packages as Readonly<Record<string, { dev?: unknown } | null>>).flatMap(([name, one]) =>
      one?.dev === true ? [name] : [],
    )
  } catch {
    // No JSON: npm did not write it.
    return []
  }
}
