import { unzipSync } from 'fflate'
import type { ImageFiles } from '../image-files.ts'
import { textOf } from '../image-files.ts'
import { joinPath } from '../../../fileset/index.ts'

/** A jar, or a directory of classes. */
export interface ClassSource {
  readonly path: string
  has(name: string): boolean
  /** The content of the entries that are chosen, by name. */
  take(choose: (name: string) => boolean): ReadonlyMap<string, Uint8Array>
}

/** A jar or directory of the class path; undefined when its content cannot be had. */
export function classSource(path: string, files: ImageFiles): ClassSource | undefined {
  const directory = files.directory(path)
  if (directory !== undefined) return directorySource(directory, files)
  const bytes = files.bytes(path)
  return bytes === undefined ? undefined : jarSource(path, bytes)
}

function jarSource(path: string, bytes: Uint8Array): ClassSource | undefined {
  const names = new Set<string>()
  const take = (choose: (name: string) => boolean): ReadonlyMap<string, Uint8Array> =>
    new Map(Object.entries(unzipSync(bytes, { filter: ({ name }) => choose(name) })))
  try {
    take((name) => {
      names.add(name)
      return false
    })
  } catch {
    return undefined
  }
  return { path, has: (name) => names.has(name), take }
}

function directorySource(path: string, files: ImageFiles): ClassSource {
  const take = (choose: (name: string) => boolean): ReadonlyMap<string, Uint8Array> => {
    const found = new Map<string, Uint8Array>()
    const walk = (below: string): void => {
      for (const name of files.names(joinPath(path, below))) {
        const at = joinPath(below, name)
        if (files.directory(joinPath(path, at)) !== undefined) walk(at)
        else if (choose(at)) {
          const bytes = files.bytes(joinPath(path, at))
          if (bytes !== undefined) found.set(at, bytes)
        }
      }
    }
    walk('')
    return found
  }
  return { path, has: (name) => files.file(joinPath(path, name)) !== undefined, take }
}

/** The main section of a manifest (https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html). */
export function manifestOf(source: ClassSource): Readonly<Record<string, string>> {
  const bytes = source.take((name) => name === 'META-INF/MANIFEST.MF').get('META-INF/MANIFEST.MF')
  if (bytes === undefined) return {}
  // Lines end after 72 bytes; the next goes on behind a space.
  const [main = ''] = textOf(bytes).replace(/\r\n/g, '\n').replace(/\n /g, '').split('\n\n')
  return Object.fromEntries(main.split('\n').map((line) => line.split(/:\s?(.*)/s).slice(0, 2) as [string, string]))
}

/** The release of Java that a class file needs: 17 for version 61. Undefined for what is no class file. */
export function classRelease(bytes: Uint8Array): number | undefined {
  if (bytes.length < 8 || bytes[0] !== 0xca || bytes[1] !== 0xfe || bytes[2] !== 0xba || bytes[3] !== 0xbe)
    return undefined
  return (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) - 44
}
