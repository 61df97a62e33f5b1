import { compareImages, type ImageDifference } from '../../../compare/index.ts'
import type { Claim } from '../../../core/index.ts'
import type { Trial } from './trial-build.ts'

/** What was measured for a claim. */
export interface Measured {
  readonly claim: Claim
  readonly before: string | number
  readonly after: string | number
  /** What the numbers count. */
  readonly unit?: 'bytes' | 'steps' | 'places'
  readonly holds: boolean
}

/** Both builds, and what only some claims ask for: it is found out when it is asked. */
export interface Trials {
  readonly before: Trial
  readonly after: Trial
  /** Paths in which two builds of the file as it was differ. */
  readonly unsteady: () => Promise<ReadonlySet<string>>
  /** Steps that run when a source file has changed; undefined when the context has none. */
  readonly rebuilt: () => Promise<{ readonly before: number; readonly after: number } | undefined>
  /** In how many places secrets are found. */
  readonly secrets: () => Promise<{ readonly before: number; readonly after: number } | undefined>
}

/** Measures what a claim speaks of. */
export async function checkClaim(claim: Claim, trials: Trials): Promise<Measured> {
  const { before, after } = trials
  const difference = compareImages(before.facts, after.facts)
  switch (claim) {
    case 'same-files':
      return sameFiles(difference, trials)
    case 'same-config':
      return { claim, ...sameConfig(difference) }
    case 'smaller': {
      const [was, is] = [difference.before.disk, difference.after.disk]
      return { claim, before: was, after: is, unit: 'bytes', holds: is < was }
    }
    case 'fewer-cache-misses':
      return counted(claim, 'steps', await trials.rebuilt())
    case 'secret-absent':
      return counted(claim, 'places', await trials.secrets())
  }
}

async function sameFiles({ before, files }: ImageDifference, { unsteady }: Trials): Promise<Measured> {
  const known = files.length === 0 ? new Set<string>() : await unsteady()
  const differing = files.filter(({ path }) => !known.has(path)).map(({ path, change }) => `/${path} ${change}`)
  const others = files.length - differing.length
  const aside = others === 0 ? '' : ` but for ${others} that no two builds have in common`
  const after = differing.length === 0 ? `the same${aside}` : listed(differing)
  return { claim: 'same-files', before: `${before.files} files`, after, holds: differing.length === 0 }
}

function sameConfig({ config }: ImageDifference): Omit<Measured, 'claim'> {
  const changes = config.map(({ name, values: [was, is] }) => `${name}: ${was ?? 'nothing'} became ${is ?? 'nothing'}`)
  return {
    before: 'the settings',
    after: changes.length === 0 ? 'the same' : listed(changes),
    holds: changes.length === 0,
  }
}

function counted(
  claim: Claim,
  unit: 'steps' | 'places',
  found: { readonly before: number; readonly after: number } | undefined,
): Measured {
  if (found === undefined) return { claim, before: 'nothing to look for', after: 'not measured', holds: false }
  const holds = claim === 'secret-absent' ? found.after === 0 : found.after < found.before
  return { claim, ...found, unit, holds }
}

function listed(all: readonly string[]): string {
  const shown = all.slice(0, 3).join(', ')
  return all.length > 3 ? `${shown} and ${all.length - 3} more` : shown
}
