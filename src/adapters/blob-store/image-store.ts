import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, digestOf, hexOf, nearest, SlipwayError } from '../../core/index.ts'
import {
  compatiblePlatforms,
  decodeImageConfig,
  type Descriptor,
  formatPlatform,
  type ImageConfig,
  normalizedKey,
  type Platform,
  parseReference,
  platformMatches,
} from '../../oci/index.ts'
import type { Blobs } from './blobs.ts'
import { decodeImageRecord, decodeNameRecord, type ImageRecord, type NameRecord } from './image-record.ts'
import { refreshLayoutIndex } from './layout-index.ts'
import { namesIn, readRecord, replaceFile, type Scratch } from './store-files.ts'

export interface ListedImage extends ImageRecord {
  /** Normalised names that stand for it, sorted. */
  readonly names: readonly string[]
}

export type NewImage = Omit<ImageRecord, 'id' | 'stored' | 'manifest'> & {
  readonly config: Uint8Array
  /** A manifest whose layers are blobs of the store already. */
  readonly manifest?: { readonly mediaType: string; readonly bytes: Uint8Array }
}

export interface Removal {
  readonly untagged: readonly string[]
  readonly deleted: readonly Digest[]
}

/** The images of a store, by id and by name. Names are normalised; every method takes them as people write them. */
export interface ImageStore {
  /** Stores or replaces the record of an image. Names are given by `setName`. */
  put(image: NewImage): Promise<ImageRecord>
  /** Lets a name stand for these images, one per platform, and for no others; `index` is the list that says so. */
  setName(name: string, ids: readonly Digest[], index?: Descriptor): Promise<void>
  /** The index that a name stands for; undefined for names of images alone, for ids, and for unknown names. */
  indexOf(name: string): Promise<Descriptor | undefined>
  /** Gives another name to whatever `source` (name, id or prefix of an id) stands for. */
  tag(source: string, name: string): Promise<void>
  /** Takes a name away; its images stay. `image-not-found` when the name is unknown. */
  untag(name: string): Promise<void>
  /** As `docker rmi`: a name is taken away, and its images go with their last name; an id takes all names with `force`. */
  remove(image: string, options?: { readonly force?: boolean }): Promise<Removal>
  /** Newest first. */
  list(): Promise<readonly ListedImage[]>
  /**
   * What a name, an id or a unique prefix of an id stands for. With `platform`, the image of a name that fits it best.
   * Rejects with `image-not-found`, `platform-unavailable` or, for a prefix of several ids, `bad-reference`.
   */
  resolve(image: string, platform?: Platform): Promise<ListedImage>
  /** All images of a name, one per platform. */
  resolveAll(image: string): Promise<readonly ListedImage[]>
  config(id: Digest): Promise<ImageConfig>
}

export interface ImageStorePlaces {
  readonly root: string
  readonly blobs: Blobs
  readonly scratch: Scratch
  readonly now: () => number
  /** Told the records that are asked for by name, and those that are to be written, as paths below the root. */
  readonly hold: (path: string) => void
}

export function openImageStore(places: ImageStorePlaces): ImageStore {
  const records = openRecords(places)
  const refresh = async (): Promise<void> => refreshLayoutIndex(places, () => listImages(records))
  const resolveAll = async (text: string): Promise<readonly ListedImage[]> => {
    const found = findImages(await listImages(records), text)
    for (const { id } of found) places.hold(recordFile(id))
    return found
  }
  const setName: ImageStore['setName'] = async (name, ids, index) => {
    await records.putName({ name: keyOf(name), ids, ...(index === undefined ? {} : { index }) })
    await refresh()
  }
  const indexOf: ImageStore['indexOf'] = async (name) => {
    const reference = parseReference(name)
    return 'error' in reference ? undefined : (await records.name(normalizedKey(reference)))?.index
  }
  return {
    setName,
    indexOf,
    resolveAll,
    list: () => listImages(records),
    put: (image) => putImage(image, places, records),
    resolve: async (text, platform) => choosePlatform(await resolveAll(text), text, platform),
    async tag(source, name) {
      const images = await resolveAll(source)
      const ids = images.map((image) => image.id)
      await setName(name, ids, await indexOf(source))
    },
    async untag(name) {
      if ((await records.name(keyOf(name))) === undefined) throw notFound(name, await listImages(records))
      await records.removeName(keyOf(name))
      await refresh()
    },
    async remove(text, options = {}) {
      const removal = planRemoval(await listImages(records), text, options.force ?? false)
      for (const name of removal.untagged) await records.removeName(name)
      for (const id of removal.deleted) await records.removeImage(id)
      await refresh()
      return removal
    },
    config: async (id) =>
      decodeImageConfig(await places.blobs.readBytes(id), { code: 'store-unusable', what: `the configuration ${id}` }),
  }
}

interface Records {
  images(): Promise<readonly ImageRecord[]>
  names(): Promise<readonly NameRecord[]>
  name(key: string): Promise<NameRecord | undefined>
  putImage(record: ImageRecord): Promise<void>
  putName(record: NameRecord): Promise<void>
  removeImage(id: Digest): Promise<void>
  removeName(key: string): Promise<void>
}

function openRecords({ root, scratch }: ImageStorePlaces): Records {
  const idPath = (id: Digest): string => join(root, recordFile(id))
  const namePath = (key: string): string => join(root, 'images/names', `${hexOf(digestOf(key))}.json`)
  const all = async <T>(directory: string, decode: (value: unknown) => T | undefined): Promise<readonly T[]> => {
    const names = await namesIn(join(root, directory))
    const found = await Promise.all(names.map((name) => readRecord(join(root, directory, name), decode)))
    return found.filter((record) => record !== undefined)
  }
  return {
    images: () => all('images/ids', decodeImageRecord),
    names: () => all('images/names', decodeNameRecord),
    name: (key) => readRecord(namePath(key), decodeNameRecord),
    putImage: (record) => replaceFile(idPath(record.id), JSON.stringify(record), scratch),
    putName: (record) => replaceFile(namePath(record.name), JSON.stringify(record), scratch),
    removeImage: (id) => rm(idPath(id), { force: true }),
    removeName: (key) => rm(namePath(key), { force: true }),
  }
}

async function putImage(image: NewImage, places: ImageStorePlaces, records: Records): Promise<ImageRecord> {
  const { config, manifest, ...facts } = image
  const { digest: id } = await places.blobs.write([config], { expected: digestOf(config), expectedSize: config.length })
  const stored = manifest === undefined ? undefined : await places.blobs.write([manifest.bytes])
  const record: ImageRecord = {
    ...facts,
    id,
    stored: places.now(),
    ...(stored === undefined || manifest === undefined
      ? {}
      : { manifest: { mediaType: manifest.mediaType, ...stored } }),
  }
  places.hold(recordFile(id))
  await records.putImage(record)
  return record
}

/** Below the root. */
function recordFile(id: Digest): string {
  return `images/ids/${hexOf(id)}.json`
}

async function listImages(records: Records): Promise<readonly ListedImage[]> {
  const [images, names] = await Promise.all([records.images(), records.names()])
  return images
    .map((image) => ({
      ...image,
      names: names
        .filter((name) => name.ids.includes(image.id))
        .map((name) => name.name)
        .sort(),
    }))
    .sort((a, b) => b.stored - a.stored || (a.id < b.id ? -1 : 1))
}

function findImages(images: readonly ListedImage[], text: string): readonly ListedImage[] {
  const hex = text.startsWith('sha256:') ? text.slice(7) : text
  const exact = images.filter((image) => hexOf(image.id) === hex)
  if (exact.length > 0) return exact
  const reference = parseReference(text)
  const key = 'error' in reference ? undefined : normalizedKey(reference)
  const named = images.filter((image) => key !== undefined && image.names.includes(key))
  if (named.length > 0) return named
  const byPrefix = /^[0-9a-f]+$/.test(hex) ? images.filter((image) => hexOf(image.id).startsWith(hex)) : []
  if (byPrefix.length === 1) return byPrefix
  if (byPrefix.length > 1) {
    throw new SlipwayError('bad-reference', `${text} is the start of ${byPrefix.length} image ids`, {
      notes: byPrefix.map((image) => `${image.id} ${image.names.join(' ')}`.trim()),
      hint: 'give more digits of the id, or a name',
    })
  }
  throw notFound(text, images)
}

function choosePlatform(images: readonly ListedImage[], text: string, platform: Platform | undefined): ListedImage {
  const [first] = images
  if (first === undefined) throw notFound(text, images)
  if (platform === undefined) return first
  for (const candidate of compatiblePlatforms(platform)) {
    const found = images.find((image) => platformMatches(candidate, image.platform))
    if (found !== undefined) return found
  }
  const has = images.map((image) => formatPlatform(image.platform)).join(', ')
  throw new SlipwayError(
    'platform-unavailable',
    `${text} is not there for ${formatPlatform(platform)}, only for ${has}`,
  )
}

function planRemoval(images: readonly ListedImage[], text: string, force: boolean): Removal {
  const targets = findImages(images, text)
  const reference = parseReference(text)
  const key = 'error' in reference ? undefined : normalizedKey(reference)
  if (key !== undefined && targets.some((image) => image.names.includes(key))) {
    return { untagged: [key], deleted: targets.filter((image) => image.names.length === 1).map((image) => image.id) }
  }
  const names = [...new Set(targets.flatMap((image) => image.names))]
  if (names.length > 1 && !force) {
    throw new SlipwayError('bad-reference', `${text} has ${names.length} names`, {
      notes: names,
      hint: 'remove the names one by one, or all at once with --force',
    })
  }
  return { untagged: names, deleted: targets.map((image) => image.id) }
}

function notFound(text: string, images: readonly ListedImage[]): SlipwayError {
  const near = nearest(
    text,
    images.flatMap((image) => image.names.flatMap(shortForms)),
  )
  return new SlipwayError('image-not-found', `there is no image ${text} in the store`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'slipway images lists those there are',
  })
}

/** How people may have meant to write a normalised name. */
function shortForms(key: string): readonly string[] {
  const short = key.replace(/^docker\.io\/(library\/)?/, '')
  return [short, short.replace(/:latest$/, '')]
}

function keyOf(name: string): string {
  const reference = parseReference(name)
  if ('error' in reference) throw new SlipwayError('bad-reference', reference.error)
  return normalizedKey(reference)
}
