import { compareFiles, type ImageFacts } from '../../../compare/index.ts'
import { type Claim, once, SlipwayError } from '../../../core/index.ts'
import type { AppliedFix, Draft, FixOutcome, WithdrawnFix } from '../../../fixing/index.ts'
import { draftProject } from '../draft-project.ts'
import type { FixedFile } from '../fix-files.ts'
import { checkClaim, type Measured, type Trials } from './check-claim.ts'
import { placesOf, secretValues } from './find-secrets.ts'
import { stepsAfterChange } from './touched-source.ts'
import { type Trial, trialBuild, type TrialOptions } from './trial-build.ts'

/** A claim of a fix, and what builds have shown of it. */
export interface Proof extends Measured {
  readonly fix: AppliedFix
}

export interface ProvenFixes {
  /** What is left when everything that failed is withdrawn. */
  readonly outcome: FixOutcome
  readonly proofs: readonly Proof[]
}

/**
 * Builds a file as it is and with its fixes, in one session, and measures what the fixes claim. When the whole set does not
 * do what it says, halves are tried down to single fixes; what fails is withdrawn, with the reason. Rejects when the file as it
 * is cannot be built: nothing can be proven then.
 */
export async function proveFixes(file: FixedFile, options: TrialOptions): Promise<ProvenFixes> {
  const { outcome } = file
  if (outcome.applied.length === 0) return { outcome, proofs: [] }
  const before = await trialBuild(options, { label: 'before', draft: outcome.before }).catch((error: unknown) => {
    if (!(error instanceof SlipwayError)) throw error
    throw new SlipwayError(
      error.code,
      `${file.shown} cannot be built as it is, so nothing can be proven: ${error.message}`,
      {
        at: error.at,
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      },
    )
  })
  const proving: Proving = {
    file,
    options,
    before,
    unsteady: once(() => unsteadyPaths(options, outcome.before, before.facts)),
    proofs: [],
    failed: [],
    waiting: [],
  }
  const alone: AppliedFix[] = []
  for (const group of groupsOf(outcome.applied)) alone.push(...(await provenOf(group, proving)))
  const proven = await withWaiting(alone, proving)
  return assemble(proven, proving)
}

interface Proving {
  readonly file: FixedFile
  readonly options: TrialOptions
  readonly before: Trial
  readonly unsteady: () => Promise<ReadonlySet<string>>
  readonly proofs: Proof[]
  readonly failed: WithdrawnFix[]
  /** Fixes that cannot be made without another one. */
  readonly waiting: AppliedFix[]
}

/** Claims that nothing changes are not measured together with fixes that change something. */
function groupsOf(fixes: readonly AppliedFix[]): readonly (readonly AppliedFix[])[] {
  const groups = new Map<string, AppliedFix[]>()
  for (const one of fixes) {
    const key = ['same-files', 'same-config'].filter((claim) => one.fix.claims.includes(claim as Claim)).join()
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()]
}

/** Which of these fixes keep what they claim. */
async function provenOf(fixes: readonly AppliedFix[], proving: Proving): Promise<readonly AppliedFix[]> {
  const { file } = proving
  const outcome = await file.refix(new Set(fixes.map(({ name }) => name)))
  const made = new Set(outcome.applied.map(({ name }) => name))
  const here = fixes.filter(({ name }) => made.has(name))
  proving.waiting.push(...fixes.filter(({ name }) => !made.has(name)))
  if (here.length === 0) return []
  const measured = await measure(outcome.after, here, { ...proving, from: proving.file.outcome.before })
  const reason = typeof measured === 'string' ? measured : failureIn(measured)
  if (typeof measured !== 'string' && (reason === undefined || here.length === 1))
    proving.proofs.push(...measured.flatMap((one) => here.filter(claims(one.claim)).map((fix) => ({ ...one, fix }))))
  if (reason === undefined) return here
  const [first] = here
  if (here.length === 1 && first !== undefined) {
    withdraw(proving, first, reason)
    return []
  }
  const middle = here.length >> 1
  return [...(await provenOf(here.slice(0, middle), proving)), ...(await provenOf(here.slice(middle), proving))]
}

/** Fixes that build on others are added to all that was proven, one after the other. */
async function withWaiting(alone: readonly AppliedFix[], proving: Proving): Promise<readonly AppliedFix[]> {
  const { file, options } = proving
  let proven = alone
  for (const fix of proving.waiting) {
    const [without, outcome] = await Promise.all([
      file.refix(new Set(proven.map(({ name }) => name))),
      file.refix(new Set([...proven, fix].map(({ name }) => name))),
    ])
    if (!outcome.applied.some(({ name }) => name === fix.name)) {
      withdraw(proving, fix, 'it cannot be made without another fix that was withdrawn')
      continue
    }
    const before = await trialBuild(options, { label: 'before', draft: without.after })
    const measured = await measure(outcome.after, [fix], { ...proving, before, from: without.after })
    const reason = typeof measured === 'string' ? measured : failureIn(measured)
    if (typeof measured !== 'string') proving.proofs.push(...measured.map((one) => ({ ...one, fix })))
    if (reason === undefined) proven = [...proven, fix]
    else withdraw(proving, fix, reason)
  }
  return proven
}

function withdraw({ failed }: Proving, fix: AppliedFix, reason: string): void {
  failed.push({ finding: fix.finding, fix: fix.fix, name: fix.name, place: fix.place, reason })
}

function claims(claim: Claim): (one: AppliedFix) => boolean {
  return ({ fix }) => fix.claims.includes(claim)
}

function failureIn(measured: readonly Measured[]): string | undefined {
  const failed = measured.find(({ holds }) => !holds)
  if (failed === undefined) return undefined
  const { claim, before, after, unit } = failed
  const of = unit === undefined ? '' : ` ${unit}`
  return `it claims ${claim}, and that failed: ${before}${of} before, ${after}${of} after`
}

/** What all claims of some fixes come to; a text when the result cannot be built. */
async function measure(
  draft: Draft,
  fixes: readonly AppliedFix[],
  { options, before, unsteady, from }: Proving & { readonly from: Draft },
): Promise<readonly Measured[] | string> {
  let after: Trial
  try {
    after = await trialBuild(options, { label: 'after', draft })
  } catch (error) {
    if (!(error instanceof SlipwayError) || options.world.signal.aborted) throw error
    return `the file could not be built with it: ${error.message}`
  }
  const trials: Trials = {
    before,
    after,
    unsteady,
    rebuilt: () => stepsAfterChange(options, from, draft),
    secrets: async () => {
      const project = draftProject(from, options.place)
      const values = secretValues(from, { buildArgs: options.request.buildArgs, project })
      if (values.length === 0) return undefined
      return {
        before: await placesOf(options.session, before, values),
        after: await placesOf(options.session, after, values),
      }
    },
  }
  const measured: Measured[] = []
  for (const claim of new Set(fixes.flatMap(({ fix }) => fix.claims))) measured.push(await checkClaim(claim, trials))
  return measured
}

/** Everything that was proven, made together. It has to be built once more: parts that are good may not go together. */
async function assemble(proven: readonly AppliedFix[], proving: Proving): Promise<ProvenFixes> {
  const { file, proofs, failed, options } = proving
  const outcome = await file.refix(new Set(proven.map(({ name }) => name)))
  const withdrawn = (): readonly WithdrawnFix[] => [...file.outcome.withdrawn, ...failed]
  try {
    await trialBuild(options, { label: 'together', draft: outcome.after })
    return { outcome: { ...outcome, withdrawn: withdrawn() }, proofs }
  } catch (error) {
    if (!(error instanceof SlipwayError) || options.world.signal.aborted) throw error
    const reason = `the fixes that are good alone could not be built together: ${error.message}`
    for (const fix of proven) withdraw(proving, fix, reason)
    return { outcome: { ...(await file.refix(new Set())), withdrawn: withdrawn() }, proofs }
  }
}

/** What every build makes anew: logs, compiled files with times in them. */
async function unsteadyPaths(options: TrialOptions, draft: Draft, facts: ImageFacts): Promise<ReadonlySet<string>> {
  const again = await trialBuild(options, { label: 'before, again', draft, noCache: true })
  return new Set(compareFiles(facts.view, again.facts.view).map(({ path }) => path))
}
