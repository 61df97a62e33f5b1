import type { FileChange } from './build-trace.ts'

/**
 * What differs between two listings of selections, in the order of the paths. A listing is the text whose sha256 is the
 * key of the selection; see `selectionListing` in `fileset`.
 */
export function compareListings(before: string, after: string): readonly FileChange[] {
  const [old, now] = onlyIn(before, after).map(readListing) as [Listing, Listing]
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort()
  return paths.flatMap((path) => {
    const [a, b] = [old.get(path), now.get(path)]
    if (a === undefined) return [{ path, change: 'added' } as const]
    if (b === undefined) return [{ path, change: 'removed' } as const]
    return difference(path, a, b)
  })
}

/** How many files and links a listing names; directories do not count. */
export function listingSize(listing: string): number {
  const kinds = listing.split('\n').flatMap((line) => (line.startsWith('[') ? (JSON.parse(line) as unknown[])[1] : []))
  return kinds.filter((kind) => kind !== 'dir').length
}

/**
 * What of two listings has to be read: where both are of one source, lines that the other does not have. Of 50,000 files
 * seldom more than a few differ.
 */
function onlyIn(before: string, after: string): readonly [string, string] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const sources = [old, now].map((lines) => lines.filter((line) => line.startsWith('source ')))
  if (sources.some(({ length }) => length !== 1) || sources[0]?.[0] !== sources[1]?.[0]) return [before, after]
  const less = (lines: readonly string[], others: ReadonlySet<string>): string =>
    lines.filter((line) => line.startsWith('source ') || !others.has(line)).join('\n')
  return [less(old, new Set(now)), less(now, new Set(old))]
}

interface Line {
  readonly kind: string
  readonly mode: number | null
  readonly owner: readonly [number, number] | null
  readonly content: string | null
  readonly rest: string
}

type Listing = ReadonlyMap<string, Line>

function readListing(text: string): Listing {
  const lines = new Map<string, Line>()
  let name = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('source ')) {
      name = String(JSON.parse(line.slice('source '.length)))
      continue
    }
    if (line === '') continue
    const [relative, kind, mode = null, owner = null, content = null, ...rest] = JSON.parse(line) as [
      string,
      string,
      number | null | undefined,
      readonly [number, number] | null | undefined,
      string | null | undefined,
      ...unknown[],
    ]
    if (relative === '' && kind === 'dir' && line === '["","dir"]') continue
    const path = [name, relative].filter((part) => part !== '').join('/') || '.'
    lines.set(path, { kind, mode, owner, content, rest: JSON.stringify(rest) })
  }
  return lines
}

function difference(path: string, a: Line, b: Line): readonly FileChange[] {
  if (a.kind !== b.kind) return [{ path, change: 'kind', before: a.kind, after: b.kind }]
  if (a.content !== b.content) return [{ path, change: 'content', ...pair(a.content, b.content, shortContent) }]
  if (a.mode !== b.mode) return [{ path, change: 'mode', ...pair(a.mode, b.mode, octal) }]
  if (String(a.owner) !== String(b.owner))
    return [{ path, change: 'owner', ...pair(a.owner, b.owner, (owner) => owner.join(':')) }]
  return a.rest === b.rest ? [] : [{ path, change: 'attributes' }]
}

function pair<T>(a: T | null, b: T | null, show: (value: T) => string): { before?: string; after?: string } {
  return { ...(a === null ? {} : { before: show(a) }), ...(b === null ? {} : { after: show(b) }) }
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0')
}

/** A digest as people compare them; the target of a link as it is. */
function shortContent(content: string): string {
  return content.startsWith('sha256:') ? content.slice('sha256:'.length, 'sha256:'.length + 12) : content
}
