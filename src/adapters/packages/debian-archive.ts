import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SlipwayError } from '../../core/index.ts'
import { debianArchiveKeys } from './archive-keys.ts'
import { type DownloadOptions, type ExpectedFile, fetchBytes, fetchFile } from './download.ts'
import { type DebPackage, indexPackages, type PackageIndex, parsePackages } from './package-index.ts'
import { parseRelease, type Release, refuseExpired } from './release.ts'
import { splitClearsigned, verifySignature } from './signature.ts'
import { unxz } from './xz.ts'

/** A suite of an archive: `http://deb.debian.org/debian`, `bookworm-updates`. */
export interface ArchiveSource {
  readonly url: string
  readonly suite: string
}

export interface ArchiveOptions {
  /** Downloads are kept here under their SHA-256 and never fetched twice. */
  readonly cacheDir: string
  /** OpenPGP keys in binary form; default: the keys of the Debian archive. */
  readonly keyring?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Milliseconds since the epoch, to judge Valid-Until by. */
  readonly now?: (() => number) | undefined
}

export interface DownloadProgress {
  readonly id: string
  readonly current: number
  readonly total: number
}

const megabyte = 1 << 20
const parallelDownloads = 8

/** Release, updates and security suites of a Debian release, as the official images have them. */
export function debianSources(suite: string, mirror: string | undefined): readonly ArchiveSource[] {
  const url = (mirror ?? 'http://deb.debian.org/debian').replace(/\/+$/, '')
  return [
    { url, suite },
    { url, suite: `${suite}-updates` },
    { url: url.replace(/\/debian$/, '/debian-security'), suite: `${suite}-security` },
  ]
}

/**
 * The packages of all sources (component main) for an architecture. Every index is checked against the suite's InRelease,
 * and that against the keyring. Throws `package-archive`, `download-failed` or `checksum-mismatch`.
 */
export async function openArchive(
  sources: readonly ArchiveSource[],
  architecture: string,
  options: ArchiveOptions,
): Promise<PackageIndex> {
  const lists = await Promise.all(sources.map((source) => readSource(source, architecture, options)))
  return indexPackages(lists.flat())
}

/** Downloads packages, eight at a time. Returns the paths of the files, in the order of `packages`. */
export async function downloadPackages(
  packages: readonly DebPackage[],
  options: ArchiveOptions,
): Promise<readonly string[]> {
  const paths: string[] = packages.map(() => '')
  const total = packages.reduce((sum, item) => sum + item.size, 0)
  let current = 0
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < packages.length; at = next++) {
      const item = packages[at] as DebPackage
      const path = cachePath(options.cacheDir, item.sha256, '.deb')
      const url = `${item.archive}/${item.filename}`
      if (!(await fetchFile(url, path, { expected: item, signal: options.signal }))) {
        throw new SlipwayError('download-failed', `${url} does not exist`, {
          hint: 'the mirror may be in the middle of an update',
        })
      }
      current += item.size
      options.onProgress?.({ id: basename(item.filename), current, total })
      paths[at] = path
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelDownloads, packages.length) }, worker))
  return paths
}

async function readSource(
  source: ArchiveSource,
  architecture: string,
  options: ArchiveOptions,
): Promise<readonly DebPackage[]> {
  const release = await readRelease(source, options)
  const text = await readIndex(source, release, { ...options, path: `main/binary-${architecture}/Packages` })
  return parsePackages(text, source.url)
}

async function readRelease(source: ArchiveSource, options: ArchiveOptions): Promise<Release> {
  const url = `${source.url}/dists/${source.suite}/InRelease`
  const message = await fetchBytes(url, 4 * megabyte, { signal: options.signal })
  if (message === undefined) {
    throw new SlipwayError('package-archive', `${url} does not exist`, {
      hint: 'check --mirror and the name of the suite',
    })
  }
  const signed = splitClearsigned(message.toString('utf8'), url)
  await verifySignature(signed, options.keyring ?? shippedKeyring(), url)
  const release = parseRelease(signed.text, source.suite, url)
  refuseExpired(release, (options.now ?? Date.now)(), url)
  return release
}

function shippedKeyring(): Uint8Array {
  return Buffer.concat(debianArchiveKeys.map(({ key }) => Buffer.from(key, 'base64')))
}

interface Variant {
  readonly suffix: string
  expand(data: Buffer, name: string): Promise<Buffer> | Buffer
}

/** gzip first: Node reads it itself. The last one is for private mirrors that compress nothing. */
const variants: readonly Variant[] = [
  { suffix: '.gz', expand: (data) => gunzipSync(data) },
  { suffix: '.xz', expand: unxz },
  { suffix: '', expand: (data) => data },
]

async function readIndex(
  source: ArchiveSource,
  release: Release,
  options: ArchiveOptions & { readonly path: string },
): Promise<string> {
  for (const variant of variants) {
    const expected = release.files.get(options.path + variant.suffix)
    if (expected === undefined) continue
    const path = cachePath(options.cacheDir, expected.sha256, '.index')
    const file = await fetchIndex(indexUrls(source, release, { path: options.path + variant.suffix, expected }), path, {
      expected,
      signal: options.signal,
    })
    if (file) return (await variant.expand(readFileSync(path), options.path)).toString('utf8')
  }
  throw new SlipwayError('package-archive', `${source.url} has no ${options.path} for ${source.suite}`, {
    hint: 'the archive may not carry this architecture',
  })
}

async function fetchIndex(
  urls: readonly string[],
  path: string,
  options: DownloadOptions & { readonly expected: ExpectedFile },
): Promise<boolean> {
  for (const url of urls) if (await fetchFile(url, path, options)) return true
  return false
}

/** By hash first: the plain name may already be the next version while a mirror is being updated. */
function indexUrls(
  source: ArchiveSource,
  release: Release,
  index: { readonly path: string; readonly expected: ExpectedFile },
): readonly string[] {
  const base = `${source.url}/dists/${source.suite}`
  const byHash = `${base}/${index.path.replace(/[^/]*$/, '')}by-hash/SHA256/${index.expected.sha256}`
  return release.byHash ? [byHash, `${base}/${index.path}`] : [`${base}/${index.path}`]
}

function cachePath(cacheDir: string, sha256: string, suffix: string): string {
  return join(cacheDir, 'downloads', sha256.slice(0, 2), `${sha256}${suffix}`)
}
