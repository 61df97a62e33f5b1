import type { OutputSpec } from '../../adapters/exporters/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { Attester } from '../attest/attach.ts'
import { parseAttest } from '../attest/attest-options.ts'
import { createAttester } from '../attest/attester.ts'
import type { Session } from '../session.ts'
import { solveTraced } from '../why/solve-traced.ts'
import { toNewImage } from './assemble-image.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { requireReproducible } from './check-reproducible.ts'
import { compressAhead } from './compress-ahead.ts'
import { reportContextUse } from './context-use.ts'
import { deliver } from './deliver.ts'
import { reportForeignPrograms } from './foreign-programs.ts'
import { withWayInside } from './look-inside.ts'
import { type MadeImages, makeImages } from './make-images.ts'
import { solveOptions } from './start-build.ts'
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
  const rewritten = rewritesTimestamps(outputs)
  const made = await makeImages(session, request, {
    ...world,
    rewriteTimestamps: rewritten,
    solve: async (plan, { ports, secrets }) => {
      // An image that is still to be checked may never be wanted.
      const wanted = request.checkReproducible === true ? [] : outputs
      const ahead = compressAhead(session, plan, {
        outputs: wanted,
        rewritten: plan.epoch !== undefined && rewritten,
      })
      const options = { ...solveOptions(request, secrets, world.signal), onResult: ahead.offer }
      try {
        const results = await solveTraced(session, plan, { request, cwd: world.cwd, ports, options })
        ahead.hurry()
        return results
      } catch (error) {
        await ahead.stop()
        throw withWayInside(error, request)
      }
    },
  })
  reportForeignPrograms(session, made)
  reportContextUse(session, made.started.definition.contexts.get('context'))
  if (request.checkReproducible === true)
    await requireReproducible(session, made, { request, rewriteTimestamps: rewritten, signal: world.signal })
  const records = await Promise.all(made.images.map((image) => session.store.images.put(toNewImage(image))))
  const attester =
    attest === undefined ? {} : { attester: attesterOf(session, attest, { made, request, world, outputs }) }
  const digest = await deliver(session, records, { request, outputs, world, ...attester })
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
