import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { decompress } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { readAr } from './ar.ts'
import { type ContentStore, unpackTar } from './content-store.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import { unxz } from './xz.ts'

/** A Debian package, opened. https://manpages.debian.org/deb.5 */
export interface Deb {
  /** The paragraph of its control file, as written. */
  readonly control: string
  /** Lines `md5  path`; empty when the package has none. */
  readonly md5sums: string
  /** What it installs, without the root directory. Paths as shipped: `lib/…` is not yet `usr/lib/…`. */
  readonly entries: readonly PlannedEntry[]
}

/**
 * Reads a package file; file contents go to the store. `keep` says which paths are wanted. Throws `bad-archive` for a
 * damaged package and `package-archive` when a program to decompress it is missing.
 */
export async function readDeb(path: string, store: ContentStore, keep: (path: string) => boolean): Promise<Deb> {
  const members = readAr(readFileSync(path), path)
  const member = (prefix: string): { readonly name: string; readonly data: Uint8Array } => {
    const found = members.find(({ name }) => name === prefix || name.startsWith(`${prefix}.`))
    if (found === undefined) throw new SlipwayError('bad-archive', `${path} has no ${prefix}`)
    return found
  }
  const control = new Map<string, string>()
  const controlTar = await expand(member('control.tar'), path)
  for (const entry of unpackTar(controlTar, undefined, (name) => name === 'control' || name === 'md5sums')) {
    if (entry.from?.kind === 'inline') control.set(entry.path, Buffer.from(entry.from.data).toString('utf8'))
  }
  const entries = unpackTar(await expand(member('data.tar'), path), store, keep)
  return { control: control.get('control') ?? '', md5sums: control.get('md5sums') ?? '', entries }
}

async function expand(member: { readonly name: string; readonly data: Uint8Array }, path: string): Promise<Uint8Array> {
  const suffix = member.name.slice(member.name.lastIndexOf('.'))
  switch (suffix) {
    case '.tar':
      return member.data
    case '.gz':
      return gunzipSync(member.data)
    case '.xz':
      return unxz(member.data, `${path} (${member.name})`)
    case '.zst':
      return collect(decompress(once(member.data), 'zstd'))
    default:
      throw new SlipwayError('bad-archive', `${path}: cannot decompress ${member.name}`)
  }
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
