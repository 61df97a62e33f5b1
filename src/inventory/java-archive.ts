import { unzipSync, zipSync } from 'fflate'
import { baseOf } from '../fileset/index.ts'
import type { PackageFacts } from './package.ts'

/** Of files in archives: properties and manifests are small, archives in archives are not. */
const most = { text: 1 << 20, archive: 128 << 20, depth: 3 }

const properties = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/
const manifest = 'META-INF/MANIFEST.MF'
export const javaArchive = /\.([jwe]ar|hpi|jpi)$/

/**
 * The Maven artifacts of a Java archive and of the archives in it. Each is what its `pom.properties` say; those without are known
 * by the manifest, else by the name of the file (`commons-lang3-3.12.0.jar`). Undefined when it is not a zip archive.
 */
export function readJavaArchive(path: string, bytes: Uint8Array): readonly PackageFacts[] | undefined {
  try {
    return artifactsIn(baseOf(path), bytes, { within: '', depth: 0 })
  } catch (error) {
    // fflate has no class of errors of its own: they carry its code.
    if (error instanceof Error && ('code' in error || error instanceof RangeError)) return undefined
    throw error
  }
}

/**
 * A small archive that says the same as a large one to `readJavaArchive`, for those who cannot keep them all. What is no archive
 * gives its beginning, which is none either.
 */
export function reducedJavaArchive(bytes: Uint8Array): Uint8Array {
  try {
    return reduced(bytes, 0)
  } catch {
    return bytes.slice(0, 64)
  }
}

function reduced(bytes: Uint8Array, depth: number): Uint8Array {
  const files = Object.entries(unzipped(bytes, depth))
  const kept = files.map(([name, content]) => [name, javaArchive.test(name) ? reduced(content, depth + 1) : content])
  return zipSync(Object.fromEntries(kept) as Record<string, Uint8Array>, { mtime: new Date(1980, 1, 1) })
}

/** The files that say what an archive is, and the archives in it. */
function unzipped(bytes: Uint8Array, depth: number): Readonly<Record<string, Uint8Array>> {
  return unzipSync(bytes, {
    filter: ({ name, originalSize }) =>
      properties.test(name) || name === manifest
        ? originalSize <= most.text
        : depth < most.depth && javaArchive.test(name) && originalSize <= most.archive,
  })
}

interface Nesting {
  /** The archive in the file that is meant, empty for the file itself. */
  readonly within: string
  readonly depth: number
}

function artifactsIn(name: string, bytes: Uint8Array, { within, depth }: Nesting): readonly PackageFacts[] {
  const files = unzipped(bytes, depth)
  const place = within === '' ? {} : { within }
  const stated: PackageFacts[] = []
  const nested: PackageFacts[] = []
  for (const [file, content] of Object.entries(files)) {
    if (properties.test(file)) stated.push(...fromProperties(textOf(content)).map((one) => ({ ...one, ...place })))
    else if (file !== manifest) {
      const below = within === '' ? file : `${within}/${file}`
      nested.push(...artifactsIn(baseOf(file), content, { within: below, depth: depth + 1 }))
    }
  }
  if (stated.length > 0) return [...stated, ...nested]
  const guessed = fromManifest(textOf(files[manifest] ?? new Uint8Array()), name) ?? fromName(name)
  return [...(guessed === undefined ? [] : [{ ...guessed, ...place }]), ...nested]
}

function fromProperties(text: string): readonly PackageFacts[] {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^\s*([A-Za-z]+)\s*[=:]\s*(\S+)\s*$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) fields.set(key, value)
  }
  const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((key) => fields.get(key))
  if (group === undefined || artifact === undefined || version === undefined) return []
  return [{ type: 'maven', name: `${group}:${artifact}`, version }]
}

/** `name-1.2.3.jar`: the version begins with the first digit after a hyphen. */
function splitName(file: string): { readonly name: string; readonly version?: string } {
  const plain = file.replace(javaArchive, '')
  const [, name, version] = /^(.+?)-(\d[\w.+-]*)$/.exec(plain) ?? []
  return name === undefined || version === undefined ? { name: plain } : { name, version }
}

/** Manifests say versions, and seldom the name that Maven uses: that is better taken from the file. */
function fromManifest(text: string, file: string): PackageFacts | undefined {
  // Long lines go on in the next one after a space.
  const unfolded = text.replaceAll(/\r?\n /g, '')
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(\\S+)\\s*$`, 'm').exec(unfolded)?.[1]
  const { name, version } = splitName(file)
  const stated = version ?? field('Implementation-Version') ?? field('Bundle-Version')
  if (stated === undefined || !/^\d/.test(stated)) return undefined
  const group = field('Implementation-Vendor-Id')
  return { type: 'maven', name: group === undefined ? name : `${group}:${name}`, version: stated }
}

function fromName(file: string): PackageFacts | undefined {
  const { name, version } = splitName(file)
  return version === undefined ? undefined : { type: 'maven', name, version }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
