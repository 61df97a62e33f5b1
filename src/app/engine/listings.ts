import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { type Digest, digestOf, hexOf } from '../../core/index.ts'
import { writeRecent } from '../recent-files.ts'

/** What selections consisted of, by their keys, so that a later build can say which file made the difference. */
export interface Listings {
  /** Remembers a listing; nobody waits for that, and a failure only makes an explanation poorer. */
  keep(key: Digest, listing: string): void
  get(key: Digest): Promise<string | undefined>
  /** Resolves when all that was to be kept is written. */
  settled(): Promise<void>
}

/** How many stay. A listing of 50,000 files takes 3 MB; most have a few hundred bytes. */
const limit = 256

/** Listings as deflated files in a directory; the oldest go when there are more than 256. */
export function openListings(directory: string): Listings {
  const writing = new Set<Promise<void>>()
  const fileOf = (key: Digest): string => path.join(directory, hexOf(key))
  return {
    keep(key, listing) {
      if (existsSync(fileOf(key))) return
      const written = write(fileOf(key), listing).catch(() => {})
      writing.add(written)
      void written.then(() => writing.delete(written))
    },
    async get(key) {
      await Promise.all(writing)
      const packed = await readFile(fileOf(key)).catch(() => undefined)
      const listing = packed === undefined ? undefined : await unpacked(packed)
      return listing !== undefined && digestOf(listing) === key ? listing : undefined
    },
    settled: async () => void (await Promise.all(writing)),
  }
}

async function write(file: string, listing: string): Promise<void> {
  writeRecent(file, await promisify(deflateRaw)(listing, { level: 1 }), limit)
}

async function unpacked(bytes: Uint8Array): Promise<string | undefined> {
  const text = await promisify(inflateRaw)(bytes).catch(() => undefined)
  return text === undefined ? undefined : (text as Buffer).toString('utf8')
}
