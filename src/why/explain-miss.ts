import type { FileChange, Miss, MissReason, TracedStep } from './build-trace.ts'
import { compareListings, listingSize } from './compare-listings.ts'
import { type AdviceFacts, adviceFor } from './advice.ts'

/** What is known of a step of now when its key was not in the cache. */
export interface MissedStep
  extends Pick<TracedStep, 'stage' | 'platform' | 'text' | 'line' | 'key' | 'parts' | 'base'> {
  /** `--no-cache` or `--no-cache-filter`. */
  readonly ignoreCache: boolean
  /** The steps of its root file system below it, lowest first, with what they left. */
  readonly below: readonly (Pick<TracedStep, 'text' | 'line'> & {
    readonly content?: TracedStep['content']
    readonly former?: TracedStep
  })[]
}

export interface Former {
  readonly step: TracedStep
  /** The steps of the build before that were below it, lowest first. */
  readonly below: readonly TracedStep[]
}

/** The listing of a selection by its key, where it is still kept. */
export type ListingOf = (key: string) => Promise<string | undefined>

/** Why a step was not in the cache, compared with the step that stood for it in the build before. */
export async function explainMiss(step: MissedStep, former: Former | undefined, listingOf: ListingOf): Promise<Miss> {
  if (step.ignoreCache) return { reasons: [{ kind: 'asked' }] }
  if (former === undefined) return { reasons: [{ kind: 'new-step' }] }
  if (former.step.key === step.key) return { reasons: [{ kind: former.step.outcome === 'failed' ? 'failed' : 'gone' }] }
  const names = [...new Set([...Object.keys(former.step.parts), ...Object.keys(step.parts)])]
  const different = names.filter((name) => former.step.parts[name] !== step.parts[name])
  const reasons: MissReason[] = []
  for (const name of different) reasons.push(...(await reasonsFor(name, step, { former, listingOf })))
  const sorted = reasons.sort((a, b) => weight(a) - weight(b))
  const advice = adviceFor({ ...step, reasons: sorted } satisfies AdviceFacts)
  return { reasons: sorted, ...(advice === undefined ? {} : { advice }) }
}

/** An own change says more than one that came from below. */
function weight({ kind }: MissReason): number {
  return ['asked', 'failed', 'gone', 'base', 'files', 'part', 'new-step', 'parent'].indexOf(kind)
}

interface Compared {
  readonly former: Former
  readonly listingOf: ListingOf
}

async function reasonsFor(name: string, step: MissedStep, compared: Compared): Promise<readonly MissReason[]> {
  const { former } = compared
  const [before, after] = [former.step.parts[name], step.parts[name]]
  if (name === 'root') return [rootReason(step, former)]
  if (name.startsWith('source ') && isDigest(before) && isDigest(after))
    return [await filesReason(name.split(' ', 2).join(' '), { before, after }, compared.listingOf)]
  if (name.startsWith('mount ') && before !== undefined && after !== undefined)
    return [await mountReason(name, { before, after }, compared.listingOf)]
  // Follows from the variables themselves.
  if (name === 'env order' && sameNames(former.step.parts, step.parts) === false) return []
  return [
    {
      kind: 'part',
      part: name,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ]
}

function sameNames(a: TracedStep['parts'], b: TracedStep['parts']): boolean {
  const variables = (parts: TracedStep['parts']): string =>
    Object.keys(parts)
      .filter((name) => name.startsWith('env '))
      .sort()
      .join('\n')
  return variables(a) === variables(b)
}

function isDigest(value: string | undefined): value is string {
  return value?.startsWith('sha256:') === true
}

interface Pair {
  readonly before: string
  readonly after: string
}

/** More of them help nobody; the count says the rest. */
const shownChanges = 50

async function filesReason(part: string, { before, after }: Pair, listingOf: ListingOf): Promise<MissReason> {
  const [old, now] = await Promise.all([listingOf(before), listingOf(after)])
  if (old === undefined || now === undefined) return { kind: 'files', part, changes: [], more: 0 }
  const all: readonly FileChange[] = compareListings(old, now)
  const changes = all.slice(0, shownChanges)
  const gone = all.filter(({ change }) => change === 'removed').length
  return { kind: 'files', part, changes, more: all.length - changes.length, of: listingSize(now) + gone }
}

async function mountReason(part: string, { before, after }: Pair, listingOf: ListingOf): Promise<MissReason> {
  const [a, b] = [mountFields(before), mountFields(after)]
  const { content: old, ...formerOptions } = a
  const { content: now, ...options } = b
  if (JSON.stringify(formerOptions) !== JSON.stringify(options) || typeof old !== 'string' || typeof now !== 'string')
    return { kind: 'part', part, before, after }
  return filesReason(part, { before: old, after: now }, listingOf)
}

function mountFields(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(part) as Readonly<Record<string, unknown>>
}

/** The first thing from the bottom that is not as it was: the base, a changed, new or removed step. */
function rootReason(step: MissedStep, former: Former): MissReason {
  const formerBase = former.step.base
  if (formerBase !== undefined && step.base !== undefined && formerBase !== step.base)
    return { kind: 'base', before: formerBase, after: step.base }
  const standing = new Set(step.below.map((one) => one.former))
  const removed = former.below.find((one) => !standing.has(one))
  for (const { former: old, content, text, line } of step.below) {
    const place = { text, ...(line === undefined ? {} : { line }) }
    if (old === undefined) return { kind: 'parent', change: 'added', ...place }
    if (removed !== undefined && former.below.indexOf(removed) < former.below.indexOf(old)) break
    if (old.content !== content) return { kind: 'parent', change: 'changed', ...place }
  }
  if (removed === undefined) return { kind: 'parent', change: 'unknown' }
  return { kind: 'parent', change: 'removed', text: removed.text }
}
