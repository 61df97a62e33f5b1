import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type Digest, digestOf, parseDigest } from '../../core/index.ts'
import { compareListings } from '../../why/index.ts'

/** What selections consisted of, by their digests: text that says which file it was that differs elsewhere. */
export type ListingTexts = ReadonlyMap<Digest, string>

/** All listings of a build together; a listing of 50,000 files has 5 MB. */
const mostText = 32 << 20

/** One blob, the same for the same listings. Those that would make it too large are left out. */
export async function packListings(listings: ListingTexts): Promise<Uint8Array> {
  const sorted = [...listings].sort(([a], [b]) => (a < b ? -1 : 1))
  let room = mostText
  const kept = sorted.filter(([, text]) => {
    room -= text.length
    return room >= 0
  })
  return promisify(gzip)(JSON.stringify(Object.fromEntries(kept)))
}

/** Reads what `packListings` made, from anybody: what is no listing, or not the one that its digest names, is left out. */
export async function unpackListings(bytes: Uint8Array): Promise<ListingTexts> {
  const text = await promisify(gunzip)(bytes, { maxOutputLength: 2 * mostText })
  const value: unknown = JSON.parse(text.toString('utf8'))
  const listings = new Map<Digest, string>()
  for (const [key, listing] of Object.entries(value ?? {})) {
    const digest = parseDigest(key)
    if (digest !== undefined && typeof listing === 'string' && digestOf(listing) === digest && isListing(listing))
      listings.set(digest, listing)
  }
  return listings
}

function isListing(text: string): boolean {
  try {
    compareListings('', text)
    return true
  } catch {
    return false
  }
}
