import path from 'node:path'
import { createSources } from '../../adapters/context/index.ts'
import { type OutputSpec, parseOutputSpec } from '../../adapters/exporters/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import { requiredSecrets } from '../../plan/index.ts'
import { solve, type StepSecrets } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { assembleImage, type AssembledImage, toNewImage } from './assemble-image.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { reportContextUse } from './context-use.ts'
import { deliver } from './deliver.ts'
import { withWayInside } from './look-inside.ts'
import { loadDefinition } from './load-definition.ts'
import { readNamedContexts } from './named-contexts.ts'
import { planRequest, requireEntitlements } from './plan-request.ts'
import { readStepSecrets, requireSecrets } from './step-secrets.ts'

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

/** Steps at the same time. They mostly wait for networks and disks; 8 sleeping stages on 2 CPUs should not queue up. */
const defaultParallel = 16

/** Builds what the request asks for and hands it to its outputs. Throws SlipwayError; nothing half-made is left behind. */
export async function build(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<BuildResult> {
  const outputs = wantedOutputs(request)
  const secrets = readStepSecrets({
    secret: request.secret,
    ssh: request.ssh,
    env: session.env,
    buildArgs: request.buildArgs,
  })
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const definition = await loadDefinition(session, request, { ...world, places })
  const { plan } = await planRequest(session, request, { file: definition.file, places, signal: world.signal })
  requireEntitlements(plan, request)
  requireSecrets(
    requiredSecrets(plan).map((one) => ({ ...one, origin: one.at })),
    secrets,
  )
  const sources = createSources({
    contexts: definition.contexts,
    root: path.join(session.root, 'sources'),
    authorization: downloadAuthorization(secrets),
  })
  const { engine, cache, memo, emit, now } = session
  const results = await solve(
    plan,
    { engine, cache, memo, sources, clock: { now }, emit },
    {
      secrets,
      signal: world.signal,
      parallel: request.parallel ?? defaultParallel,
    },
  ).catch((error: unknown) => {
    throw withWayInside(error, request)
  })
  reportContextUse(session, definition.contexts.get('context'))
  const epoch = clampEpoch(plan.epoch, outputs)
  const images: AssembledImage[] = []
  for (const planned of plan.images) {
    images.push(
      await assembleImage(planned, results, {
        ...(plan.epoch === undefined ? {} : { epoch: plan.epoch }),
        clamp: (layer) =>
          epoch === undefined ? Promise.resolve(layer) : session.clampLayer(layer, epoch, world.signal),
      }),
    )
  }
  const records = await Promise.all(images.map((image) => session.store.images.put(toNewImage(image))))
  const digest = await deliver(session, records, { request, outputs, world })
  const built = records.map(({ id, platform }) => ({ id, platform }))
  return { images: built, ...(digest === undefined ? {} : { digest }) }
}

/** `-o` as given; without it the image goes to the store. `--push` and `-t` add to that. */
function wantedOutputs(request: BuildRequest): readonly OutputSpec[] {
  const given = request.outputs.map(parseOutputSpec)
  return given.length > 0 ? given : [parseOutputSpec('type=image')]
}

/** Layers lose later times unless an output says otherwise; see docs/adr/0005. */
function clampEpoch(epoch: number | undefined, outputs: readonly OutputSpec[]): number | undefined {
  const refused = outputs.some((output) => 'image' in output && output.image.rewriteTimestamp === false)
  return refused ? undefined : epoch
}

/** Secrets named HTTP_AUTH_HEADER_<host> and HTTP_AUTH_TOKEN_<host> authorize downloads of ADD, as in BuildKit. */
function downloadAuthorization({ secrets }: StepSecrets): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const [id, value] of Object.entries(secrets)) {
    const [, form, host] = /^HTTP_AUTH_(HEADER|TOKEN)_(.+)$/.exec(id) ?? []
    if (host !== undefined)
      headers.set(host, `${form === 'TOKEN' ? 'Bearer ' : ''}${Buffer.from(value).toString('utf8').trim()}`)
  }
  return headers
}
