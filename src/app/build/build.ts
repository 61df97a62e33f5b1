import type { OutputSpec } from '../../adapters/exporters/index.ts'
import { type Digest, digestOf } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { SolveResult } from '../../solver/index.ts'
import type { Attester } from '../attest/attach.ts'
import { parseAttest } from '../attest/attest-options.ts'
import { createAttester } from '../attest/attester.ts'
import type { ExternalCache, openExternalCache } from '../external-cache/external-cache.ts'
import { placeOfBuild, type Policy, readPolicy } from '../budgets/read-policy.ts'
import { keepBlame } from '../blame/kept-blame.ts'
import { rememberBuilt } from '../check/built-images.ts'
import { keepStages } from '../sbom/kept-stages.ts'
import { reportClosure } from '../closure/built-closure.ts'
import type { Session } from '../session.ts'
import { solveTraced } from '../why/solve-traced.ts'
import { adviseSize, isLastStage, warnOfTarget } from './advise-delivery.ts'
import { toNewImage } from './assemble-image.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { requireReproducible } from './check-reproducible.ts'
import { compressAhead } from './compress-ahead.ts'
import { reportContextUse } from './context-use.ts'
import { deliver } from './deliver.ts'
import { reportForeignPrograms } from './foreign-programs.ts'
import { withWayInside } from './look-inside.ts'
import { assembleAll, type MadeImages, makeImages } from './make-images.ts'
import { solveOptions, type StartedBuild } from './start-build.ts'
import { wantedOutputs } from './wanted-outputs.ts'

export interface BuiltImage {
  /** Digest of the configuration: what docker calls the image id. */
  readonly id: Digest
  readonly platform: Platform
}

export interface BuildResult {
  readonly images: readonly BuiltImage[]
  /** Manifest or index, where an output has made one. */
  readonly digest?: Digest
}

/** Builds what the request asks for and hands it to its outputs. Throws SlipwayError; nothing half-made is left behind. */
export async function build(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<BuildResult> {
  const outputs = wantedOutputs(request)
  const attest = parseAttest(request.attest?.wanted ?? [])
  for (const message of attest?.notes ?? []) session.emit({ type: 'note', time: session.now(), message })
  const rewriteTimestamps = rewritesTimestamps(outputs)
  const policy = await policyOf(request, world.cwd)
  const external = await externalCache(session, request, { ...world, rewriteTimestamps })
  try {
    const how = {
      request,
      world,
      outputs,
      rewriteTimestamps,
      ...(external === undefined ? {} : { external }),
      ...(policy === undefined ? {} : { policy }),
    }
    return await buildWith(session, { ...how, ...(attest === undefined ? {} : { attest }) })
  } finally {
    await external?.close()
  }
}

/** Loaded for the builds that use one. */
async function externalCache(
  session: Session,
  request: BuildRequest,
  world: Parameters<typeof openExternalCache>[2],
): Promise<ExternalCache | undefined> {
  if ((request.cacheFrom ?? []).length + (request.cacheTo ?? []).length === 0) return undefined
  const { openExternalCache } = await import('../external-cache/external-cache.ts')
  return openExternalCache(session, request, world)
}

/** Read before anything is built, so that a mistake in it is known at once. */
async function policyOf(request: BuildRequest, cwd: string): Promise<Policy | undefined> {
  if (request.policy === undefined) return undefined
  return readPolicy(request.policy.file, { cwd, near: placeOfBuild({ ...request, cwd }) })
}

/** Outputs that nobody runs. */
const filesOnly: ReadonlySet<string> = new Set(['local', 'tar', 'cacheonly'])

interface Building {
  readonly request: BuildRequest
  readonly world: BuildWorld & { readonly signal: AbortSignal }
  readonly outputs: readonly OutputSpec[]
  /** Layers of images lose times after SOURCE_DATE_EPOCH. */
  readonly rewriteTimestamps: boolean
  readonly attest?: Parameters<typeof createAttester>[1]
  readonly external?: ExternalCache
  readonly policy?: Policy
}

async function buildWith(session: Session, building: Building): Promise<BuildResult> {
  const { request, world, rewriteTimestamps } = building
  const made = await makeImages(session, request, {
    ...world,
    rewriteTimestamps,
    solve: (plan, started) => solvePlan(session, plan, { ...building, started }),
  })
  reportForeignPrograms(session, made)
  reportContextUse(session, made.started.definition.contexts.get('context'))
  if (request.checkReproducible === true)
    await requireReproducible(session, made, { request, rewriteTimestamps, signal: world.signal })
  await advise(session, made, building)
  const looked = lookForGaps(session, made, building)
  // It is awaited below, and may fail before that.
  looked.catch(() => {})
  // What may be delivered all the same is looked through while layers are compressed and sent.
  if (request.closure === 'error') await looked
  try {
    return await finishMade(session, made, building)
  } finally {
    await looked
  }
}

/** What is worth a word before anything is delivered. */
async function advise(
  session: Session,
  made: MadeImages,
  { outputs, world, request, policy }: Building,
): Promise<void> {
  const isPushed = outputs.some((output) => output.kind === 'image' && output.push)
  warnOfTarget(session, made.graphs[0], { env: world.env, isPushed })
  if (request.policy !== undefined && policy?.budgets.fail.disk === undefined) await adviseSize(session, made)
}

async function lookForGaps(session: Session, made: MadeImages, { request, world, outputs }: Building): Promise<void> {
  if (outputs.length > 0 && outputs.every(({ kind }) => filesOnly.has(kind))) return
  await reportClosure(session, made, { mode: request.closure ?? 'off', signal: world.signal })
}

/** Delivers what was made; a step whose layer turns out not to be where it was promised runs, and all comes after it again. */
async function finishMade(session: Session, made: MadeImages, building: Building): Promise<BuildResult> {
  const { world, rewriteTimestamps, external } = building
  for (let current = made; ; ) {
    try {
      await judge(session, current, building)
      return await finish(session, current, building)
    } catch (error) {
      // A layer that was promised elsewhere is not there: its step runs.
      if (world.signal.aborted || external?.imports.takeLosses() !== true) throw error
      external.imports.attempts.again()
      const { plan, started } = current
      const results = await solvePlan(session, plan, { ...building, started })
      const images = await assembleAll(session, { plan, results }, { rewriteTimestamps, signal: world.signal })
      current = { ...current, results, images }
    }
  }
}

/** Budgets that were found and not named are about the image that is shipped, not about stages on the way to it. */
async function judge(session: Session, made: MadeImages, { policy, world }: Building): Promise<void> {
  const [graph] = made.graphs
  if (policy === undefined || (policy.file === undefined && graph !== undefined && !isLastStage(graph))) return
  const { requireBudgets } = await import('../budgets/judge-build.ts')
  await requireBudgets(session, made, { policy, signal: world.signal })
}

interface Solving extends Building {
  readonly started: StartedBuild
}

async function solvePlan(session: Session, plan: BuildPlan, solving: Solving): Promise<SolveResult> {
  const { request, world, outputs, external, rewriteTimestamps, started } = solving
  const { ports, secrets } = started
  // An image that is still to be checked may never be wanted.
  const wanted = request.checkReproducible === true ? [] : outputs
  const ahead = compressAhead(session, plan, {
    outputs: wanted,
    rewritten: plan.epoch !== undefined && rewriteTimestamps,
  })
  const options = { ...solveOptions(request, secrets, world.signal), onResult: ahead.offer }
  try {
    const traced = { request, cwd: world.cwd, ports, options, ...external }
    // Imported layers may have to come here for that.
    const check = (solved: SolveResult) =>
      assembleAll(session, { plan, results: solved }, { rewriteTimestamps, signal: world.signal })
    const results = await solveTraced(session, plan, external === undefined ? traced : { ...traced, check })
    ahead.hurry()
    return results
  } catch (error) {
    await ahead.stop()
    throw withWayInside(error, request)
  }
}

/** Keeps the images, and hands them and the cache to those who are to have them. */
async function finish(session: Session, made: MadeImages, building: Building): Promise<BuildResult> {
  const { request, world, outputs, attest, external } = building
  const images = external?.imagesOf(made) ?? made.images
  // Nobody is given the image: the store need not hold one, whose layers may not even be here.
  if (request.tags.length === 0 && outputs.every(({ kind }) => kind === 'cacheonly')) {
    await external?.write(made)
    return { images: images.map(({ config, platform }) => ({ id: digestOf(config), platform })) }
  }
  await external?.keep(images)
  const records = await Promise.all(images.map((image) => session.store.images.put(toNewImage(image))))
  const ids = records.map(({ id }) => id)
  keepBlame(session, made, ids)
  keepStages(session.root, made, ids)
  const [first] = records
  const { text } = made.started.definition.file.source
  if (first !== undefined) rememberBuilt(session.root, { text, target: request.target }, first.id)
  const attested = { made: { ...made, images }, request, world, outputs }
  const attester = attest === undefined ? {} : { attester: attesterOf(session, attest, attested) }
  const digest = await deliver(session, records, { request, outputs, world, ...attester })
  await external?.write(made)
  const built = records.map(({ id, platform }) => ({ id, platform }))
  return { images: built, ...(digest === undefined ? {} : { digest }) }
}

interface Attested {
  readonly made: MadeImages
  readonly request: BuildRequest
  readonly world: BuildWorld & { readonly signal: AbortSignal }
  readonly outputs: readonly OutputSpec[]
}

function attesterOf(
  session: Session,
  options: Parameters<typeof createAttester>[1],
  { made, request, world, outputs }: Attested,
): Attester {
  const names = [...request.tags, ...outputs.flatMap((output) => ('image' in output ? output.image.names : []))]
  const { cwd, signal } = world
  const version = request.attest?.version ?? ''
  return createAttester(session, options, { ...made, request, version, names: [...new Set(names)], cwd, signal })
}

/** Unless an output says otherwise. */
function rewritesTimestamps(outputs: readonly OutputSpec[]): boolean {
  return !outputs.some((output) => 'image' in output && output.image.rewriteTimestamp === false)
}
