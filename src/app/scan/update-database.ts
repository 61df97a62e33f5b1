import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { ownerName } from '../../adapters/blob-store/index.ts'
import {
  type NewRecords,
  openVulnerabilityStore,
  type StoredFamily,
  type VulnerabilityStore,
} from '../../adapters/vulnerability-store/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import {
  advisoryOf,
  decodeOsvRecord,
  encodeAdvisory,
  encodeAffected,
  familyOf,
  knownEcosystems,
} from '../../vulnerabilities/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { lockFile } from '../engine/cache-mount-locks.ts'
import type { Session } from '../session.ts'
import type { NamedText } from './archive-texts.ts'
import { type OsvSource, osvSources, type SourceRequest } from './osv-sources.ts'

export interface UpdateDatabaseRequest {
  readonly from?: string
  /** Names of OSV (`Debian`, `npm`), releases allowed; empty: those that are there, or the usual ones. */
  readonly ecosystems: readonly string[]
  readonly cwd: string
  readonly signal: AbortSignal
}

export interface UpdatedDatabase {
  /** By name. */
  readonly families: ReadonlyMap<string, StoredFamily>
  /** Those whose dump has not changed. */
  readonly unchanged: readonly string[]
  /** Files that are no records, or out of all proportion; the first of them by name. */
  readonly refused: {
    readonly count: number
    readonly first: readonly { readonly name: string; readonly reason: string }[]
  }
}

/** What images are usually made of; the others have to be asked for once. */
const usualFamilies = ['Debian', 'Alpine', 'npm', 'PyPI', 'Go', 'Maven', 'RubyGems', 'crates.io', 'NuGet', 'Packagist']

/** The directory of the database below a store. */
export function vulnerabilityDirectory(root: string): string {
  return path.join(root, 'vulnerabilities')
}

/**
 * Fills the database from dumps of OSV. What is kept of a family is replaced in one step, and stays when anything fails.
 * Rejects with `usage`, `download-failed`, `bad-archive`, or as the registry client does.
 */
export async function updateDatabase(session: Session, request: UpdateDatabaseRequest): Promise<UpdatedDatabase> {
  const store = openVulnerabilityStore(vulnerabilityDirectory(session.root))
  const wanted = request.ecosystems.map(knownFamily)
  const held = [...store.families().keys()]
  const families = wanted.length > 0 ? wanted : held.length > 0 ? held : usualFamilies
  const { from, cwd, signal } = request
  const sourceRequest: SourceRequest = { families, cwd, signal, ...(from === undefined ? {} : { from }) }
  const filling = createFilling(store, wanted)
  const unchanged: string[] = []
  try {
    for (const source of osvSources(session, sourceRequest)) {
      const isNew = await internalStep(session, `reading ${source.name}`, () =>
        readSource(source, { store, filling, signal }),
      )
      if (!isNew && source.family !== undefined) unchanged.push(source.family)
    }
    const count = await alone(session.root, signal, () => {
      const families = filling.commit(session.now(), from ?? 'the public dumps of OSV')
      if (unchanged.length > 0) store.confirm(unchanged, session.now())
      return families
    })
    if (count === 0 && unchanged.length === 0)
      throw new SlipwayError('usage', `${from ?? 'the dumps'}: there are no records of OSV that scans can use`, {
        notes: filling.refused.first.map(({ name, reason }) => `${name}: ${reason}`),
      })
  } catch (error) {
    filling.abandon()
    throw error
  }
  return { families: store.families(), unchanged, refused: filling.refused }
}

/** The file of names is read, changed and written: of two updates that do so at once, the families of one would be lost. */
async function alone<T>(root: string, signal: AbortSignal, work: () => T): Promise<T> {
  const directory = vulnerabilityDirectory(root)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const release = await lockFile(path.join(directory, 'database.lock'), ownerName(), { interval: 50, signal })
  try {
    return work()
  } finally {
    release()
  }
}

function knownFamily(ecosystem: string): string {
  const family = familyOf(ecosystem)
  const found = knownEcosystems.find((name) => name.toLowerCase() === family.toLowerCase())
  if (found !== undefined) return found
  throw new SlipwayError('usage', `--ecosystem ${ecosystem}: there is no such ecosystem`, {
    hint: didYouMean(family, knownEcosystems) ?? `there are ${knownEcosystems.join(', ')}`,
  })
}

interface Reading {
  readonly store: VulnerabilityStore
  readonly filling: Filling
  readonly signal: AbortSignal
}

/** Whether the source had something that is not kept yet. */
async function readSource(source: OsvSource, { store, filling, signal }: Reading): Promise<boolean> {
  const known = source.family === undefined ? undefined : store.families().get(source.family)
  const opened = await source.open(known?.etag)
  if (opened === undefined) return false
  for await (const text of opened.texts) {
    if (signal.aborted) throw new SlipwayError('cancelled', 'the update was cancelled')
    filling.add(text)
  }
  if (source.family !== undefined && opened.etag !== undefined) filling.tag(source.family, opened.etag)
  return true
}

interface Filling {
  readonly refused: UpdatedDatabase['refused']
  add(text: NamedText): void
  tag(family: string, etag: string): void
  /** How many families were put into their places. */
  commit(now: number, from: string): number
  abandon(): void
}

interface Draft {
  readonly records: NewRecords
  readonly ecosystems: Set<string>
  count: number
  newest: string
  etag?: string
}

function createFilling(store: VulnerabilityStore, wanted: readonly string[]): Filling {
  const drafts = new Map<string, Draft>()
  const refused = { count: 0, first: [] as { name: string; reason: string }[] }
  const draftOf = (family: string): Draft => {
    const draft = drafts.get(family) ?? { records: store.create(), ecosystems: new Set(), count: 0, newest: '' }
    drafts.set(family, draft)
    return draft
  }
  return {
    refused,
    add: ({ name, text }) => {
      const reason = addRecord(text, { draftOf, wanted })
      if (reason === undefined) return
      refused.count += 1
      if (refused.first.length < 5) refused.first.push({ name, reason })
    },
    tag: (family, etag) => {
      const draft = drafts.get(family)
      if (draft !== undefined) draft.etag = etag
    },
    commit: (now, from) => {
      const entries = [...drafts].map(([family, { records, ecosystems, count, newest, etag }]) => {
        const facts = { updated: now, from, records: count, ecosystems: [...ecosystems].sort() }
        const more = { ...(newest === '' ? {} : { newest }), ...(etag === undefined ? {} : { etag }) }
        return [family, { records, facts: { ...facts, ...more } }] as const
      })
      if (entries.length > 0) store.replace(new Map(entries))
      return entries.length
    },
    abandon: () => {
      for (const { records } of drafts.values()) records.writer.abandon()
    },
  }
}

interface AddingTo {
  readonly draftOf: (family: string) => Draft
  readonly wanted: readonly string[]
}

/** Why the text is not added. A record that is about nothing a scan asks for is no fault. */
function addRecord(text: string, { draftOf, wanted }: AddingTo): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const record = decodeOsvRecord(value)
  if ('reason' in record) return record.reason
  const { advisory, affected } = advisoryOf(record)
  const encoded = encodeAdvisory(advisory)
  const places = new Map<string, { readonly offset: number; readonly length: number }>()
  for (const one of affected) {
    const family = familyOf(one.ecosystem)
    if (wanted.length > 0 && !wanted.includes(family)) continue
    const draft = draftOf(family)
    let place = places.get(family)
    if (place === undefined) {
      place = draft.records.writer.share(encoded)
      places.set(family, place)
      draft.count += 1
      if (record.modified > draft.newest) draft.newest = record.modified
    }
    draft.ecosystems.add(one.ecosystem)
    draft.records.writer.add(keyOf(one.ecosystem, one.name), `[${place.offset},${place.length},${encodeAffected(one)}]`)
  }
  return undefined
}

/** Under what the entries of a package are kept. */
export function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem}\0${name}`
}
