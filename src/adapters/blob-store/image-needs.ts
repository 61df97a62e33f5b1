import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Digest, digestFromHex, hexOf, parseDigest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { decodeImageRecord, decodeNameRecord, type ImageRecord } from './image-record.ts'
import { errno, storeFailure } from './store-files.ts'

/** An image of the store and everything in it that the image cannot do without. */
export interface ImageNeeds {
  readonly image: ImageRecord
  readonly names: readonly string[]
  /** Its record, below the root. */
  readonly record: string
  /** Directory names of layers; they need not be there. */
  readonly layers: ReadonlySet<string>
  /** Configuration, manifests, indexes, blobs that those name, attestations; not all of them need be there. */
  readonly blobs: ReadonlySet<Digest>
  /** Manifests whose referrers belong to the image. */
  readonly subjects: ReadonlySet<Digest>
}

/**
 * What the images of a store need, read in one go without waiting for anything. Documents are blobs and never change: those in
 * `known` are not read again.
 */
export function readImageNeeds(root: string, known: Map<Digest, readonly Named[]> = new Map()): readonly ImageNeeds[] {
  const names = recordsIn(join(root, 'images/names'), decodeNameRecord)
  const images = recordsIn(join(root, 'images/ids'), decodeImageRecord)
  const referrers = readReferrers(root)
  const named = (digest: Digest): readonly Named[] => {
    const found = known.get(digest) ?? namesOfDocument(join(root, 'blobs/sha256', hexOf(digest)))
    known.set(digest, found)
    return found
  }
  const told = images.map((image) => {
    const own = names.filter(({ ids }) => ids.includes(image.id))
    const documents = [image.manifest, image.remote, ...own.map(({ index }) => index)].flatMap(
      (one) => one?.digest ?? [],
    )
    const start: readonly Named[] = [
      { digest: image.id, isDocument: false },
      ...image.layers.flatMap(({ blob }) => (blob === undefined ? [] : [{ digest: blob.digest, isDocument: false }])),
      ...documents.map((digest) => ({ digest, isDocument: true })),
    ]
    return { image, names: own.map(({ name }) => name), closure: closureOf(start, named, referrers) }
  })
  const claimed = new Set(told.flatMap(({ closure }) => [...closure.subjects]))
  const unclaimed = [...referrers.keys()].filter((subject) => !claimed.has(subject))
  return told.map(({ image, names: own, closure }) => {
    // A manifest that was only ever made for a registry is not recorded: what is about it says which image it is of.
    const maybe = unclaimed.filter((subject) => {
      const owners = (referrers.get(subject) ?? []).flatMap((one) => one.image ?? [])
      return owners.length === 0 ? image.manifest === undefined : owners.includes(image.id)
    })
    const more = closureOf(
      maybe.flatMap((subject) => referrers.get(subject) ?? []),
      named,
      referrers,
    )
    return {
      image,
      names: own,
      record: `images/ids/${hexOf(image.id)}.json`,
      layers: new Set(image.layers.map(({ id }) => id)),
      blobs: new Set([...closure.blobs, ...more.blobs]),
      subjects: new Set([...closure.subjects, ...more.subjects, ...maybe]),
    }
  })
}

/** What a document names: other documents, and content. */
export interface Named {
  readonly digest: Digest
  readonly isDocument: boolean
}

interface NamedReferrer extends Named {
  readonly image?: Digest
}

interface Closure {
  readonly blobs: ReadonlySet<Digest>
  readonly subjects: ReadonlySet<Digest>
}

function closureOf(
  start: readonly Named[],
  named: (digest: Digest) => readonly Named[],
  referrers: ReadonlyMap<Digest, readonly NamedReferrer[]>,
): Closure {
  const blobs = new Set<Digest>()
  const subjects = new Set<Digest>()
  const visit = ({ digest, isDocument }: Named): void => {
    if (blobs.has(digest)) return
    blobs.add(digest)
    if (!isDocument) return
    if (referrers.has(digest)) subjects.add(digest)
    for (const one of [...named(digest), ...(referrers.get(digest) ?? [])]) visit(one)
  }
  for (const one of start) visit(one)
  return { blobs, subjects }
}

/** Of what is no JSON, or not there, nothing. */
function namesOfDocument(file: string): readonly Named[] {
  const value = (readJson(file) ?? {}) as Partial<Record<'config' | 'layers' | 'manifests' | 'blobs', unknown>>
  const { config, layers, manifests, blobs } = value
  return [
    ...digestsIn([config, ...listOf(layers), ...listOf(blobs)]).map((digest) => ({ digest, isDocument: false })),
    ...digestsIn(listOf(manifests)).map((digest) => ({ digest, isDocument: true })),
  ]
}

function readReferrers(root: string): ReadonlyMap<Digest, readonly NamedReferrer[]> {
  const directory = join(root, 'blobs/referrers')
  return new Map(
    namesIn(directory).map((name) => [
      digestFromHex(name.replace(/\.json$/, '')),
      listOf(readJson(join(directory, name))).flatMap((one) => referrerOf(one)),
    ]),
  )
}

function referrerOf(value: unknown): readonly NamedReferrer[] {
  const image = parseDigest(String((value as { readonly image?: unknown } | undefined)?.image))
  const of = image === undefined ? {} : { image }
  return digestsIn([value]).map((digest) => ({ digest, isDocument: true, ...of }))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function digestsIn(descriptors: readonly unknown[]): readonly Digest[] {
  return descriptors.flatMap((one) => parseDigest(String((one as Partial<Descriptor> | undefined)?.digest)) ?? [])
}

function recordsIn<T>(directory: string, decode: (value: unknown) => T | undefined): readonly T[] {
  return namesIn(directory).flatMap((name) => {
    const value = readJson(join(directory, name))
    try {
      return (value === undefined ? undefined : decode(value)) ?? []
    } catch {
      return []
    }
  })
}

/** Undefined for what is not there and for what is no JSON. Who cannot read must not believe that nothing is needed. */
function readJson(file: string): unknown {
  const text = whereThere(() => readFileSync(file, 'utf8'), '', file)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function namesIn(directory: string): readonly string[] {
  const names = whereThere(() => readdirSync(directory), [], directory)
  return names.filter((name) => !name.startsWith('.'))
}

function whereThere<T>(read: () => T, otherwise: T, path: string): T {
  try {
    return read()
  } catch (error) {
    if (errno(error) === 'ENOENT') return otherwise
    throw storeFailure(path, error)
  }
}
