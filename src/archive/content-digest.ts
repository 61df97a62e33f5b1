import { createHash } from 'node:crypto'
import { type Digest, digestFromHex, digestOf, pathToBytes, SlipwayError } from '../core/index.ts'
import type { LayerEntry } from './entry.ts'
import { comparePaths, inPathOrder } from './path-order.ts'

/**
 * The digest of what a layer contains: for every path its kind, mode, owner, size, link target, device numbers, extended
 * attributes, file digest and opaque mark. Left out: modification times, the order of the entries, and which name of a
 * hard-linked file carries the content (the first in path order stands for all). Throws SlipwayError `internal` when a
 * non-empty file has no digest.
 */
export function contentDigest(entries: readonly LayerEntry[]): Digest {
  const leaders = linkLeaders(entries)
  const hash = createHash('sha256')
  let text = ''
  const flush = (): void => {
    hash.update(text)
    text = ''
  }
  for (const entry of inPathOrder(entries)) {
    const described = describe(standing(entry, leaders.get(entry.path)))
    if (typeof described === 'string') text += described
    else {
      flush()
      hash.update(described)
    }
    if (text.length > batch) flush()
  }
  flush()
  return digestFromHex(hash.digest('hex'))
}

/** Characters that are hashed at once: a call takes 1 us however little it gets. */
const batch = 1 << 16

/** An entry as it counts: of the names of one file the first stands for it. */
function standing(entry: LayerEntry, group: Group | undefined): LayerEntry {
  if (group === undefined) return entry
  if (group.first === entry.path) return { ...group.content, path: entry.path }
  return { ...entry, kind: 'hardlink', mode: 0, uid: 0, gid: 0, size: 0, linkname: group.first }
}

interface Group {
  /** The entry that carries the content. */
  readonly content: LayerEntry
  /** The name that comes first in path order. */
  first: string
}

/** For every name of a hard-linked file whose content is in the layer: its group. */
function linkLeaders(entries: readonly LayerEntry[]): Map<string, Group> {
  const groups = new Map<string, Group>()
  const links = entries.filter((entry) => entry.kind === 'hardlink')
  if (links.length === 0) return groups
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  for (const link of links) {
    const target = targetOf(link, byPath)
    if (target === undefined) continue
    const group = groups.get(target.path) ?? { content: target, first: target.path }
    if (comparePaths(link.path, group.first) < 0) group.first = link.path
    groups.set(target.path, group)
    groups.set(link.path, group)
  }
  return groups
}

/** The name at the end of a chain of links; undefined when it is in no layer entry or the chain is a circle. */
function targetOf(link: LayerEntry, byPath: ReadonlyMap<string, LayerEntry>): LayerEntry | undefined {
  let at: LayerEntry | undefined = link
  for (let hops = 0; at !== undefined && at.kind === 'hardlink'; hops += 1) {
    if (hops > byPath.size) return undefined
    at = byPath.get(at.linkname ?? '')
  }
  return at
}

const emptyDigest = digestOf('')

/** Lengths before the parts that may hold any byte, so that no two entries read the same. */
function describe(entry: LayerEntry): string | Buffer {
  const { kind, mode, uid, gid, size } = entry
  const isLink = kind === 'symlink' || kind === 'hardlink'
  const isDevice = kind === 'char' || kind === 'block'
  const link = isLink ? (entry.linkname ?? '') : ''
  const device = isDevice ? `${entry.devMajor ?? 0}:${entry.devMinor ?? 0}` : '-'
  const digest = kind === 'file' ? digestOfFile(entry) : '-'
  const head = `${kind} ${mode} ${uid} ${gid} ${size} ${device} ${digest} ${entry.opaque === true ? 1 : 0}`
  // Characters of ASCII are bytes.
  if (entry.xattrs === undefined && ascii.test(entry.path) && ascii.test(link))
    return `${head} ${entry.path.length} ${link.length} ${entry.path}${link}\n`
  const [path, target] = [pathToBytes(entry.path), pathToBytes(link)]
  const lengths = ` ${path.length} ${target.length} `
  return Buffer.concat([Buffer.from(head + lengths), path, target, ...xattrParts(entry), newline])
}

const newline = Buffer.from('\n')

const ascii = /^[\0-\x7f]*$/

function xattrParts(entry: LayerEntry): Uint8Array[] {
  if (entry.xattrs === undefined) return []
  const xattrs = entry.xattrs
  return Object.keys(xattrs)
    .sort()
    .flatMap((name) => {
      const value = xattrs[name] as Uint8Array
      return [Buffer.from(` ${Buffer.byteLength(name)} ${name} ${value.length} `), value]
    })
}

function digestOfFile(entry: LayerEntry): Digest {
  if (entry.digest !== undefined) return entry.digest
  if (entry.size === 0) return emptyDigest
  throw new SlipwayError('internal', `/${entry.path}: the digest of its content is not known`)
}
