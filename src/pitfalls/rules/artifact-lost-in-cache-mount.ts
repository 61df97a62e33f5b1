import { posix } from 'node:path'
import type { Facts, MountModel, StageModel, StepModel, TransferModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { copiesFromStages } from '../queries/final-copies.ts'
import { landsAt } from '../queries/landing-places.ts'
import { madePaths } from '../queries/made-paths.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { copyOutFix } from '../repairs/copy-out-of-mount.ts'
import { overlaps } from '../queries/overlaps.ts'
import { runSteps } from '../queries/steps.ts'

/** COPY --from takes a path of a directory that was a cache mount when the files were made: the stage does not have them. */
export const artifactLostInCacheMount: Pitfall = {
  id: 'artifact-lost-in-cache-mount',
  summary: 'What a step writes into a cache mount is not in its stage: results are copied out in the same RUN.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const found = new Map<MountModel, { copy: StepModel; path: string; stage: StageModel; step: StepModel }>()
  for (const consumer of facts.stages) {
    if (!consumer.reachable) continue
    for (const { step: copy, path, stage } of copiesFromStages(consumer.steps)) {
      const lost = stage === undefined ? undefined : lostIn(facts, stage, literalPart(path))
      if (stage === undefined || lost === undefined || found.has(lost.mount)) continue
      found.set(lost.mount, { copy, path, stage, step: lost.step })
    }
  }
  return [...found].map(([{ at, target }, { copy, path, stage, step }]) => ({
    at: step.trigger ? step.at : at,
    message: `${path}, which line ${copy.line} copies from stage "${stage.label}", lies in the cache mount ${target}: its layer has no such file`,
    hint: `copy the result out of ${target} in the same RUN (&& cp … /out/), and COPY --from it from there`,
    related: [{ note: 'the COPY', at: copy.at }],
    evidence: { path, target },
    fixes: copyOutFix(facts, copy, { stage, path, target }),
  }))
}

/** The first cache mount of a stage that a path lies in, when nothing puts the path there without it. */
function lostIn(
  facts: Facts,
  stage: StageModel,
  path: string,
): { readonly step: StepModel; readonly mount: MountModel } | undefined {
  const steps = runSteps(stage.history)
  for (const step of steps) {
    const mount = coveringMount(step, path)
    if (mount === undefined) continue
    return stage.history.some((other) => brings(facts, other, path)) ? undefined : { step, mount }
  }
  return undefined
}

function coveringMount({ mounts }: StepModel, path: string): MountModel | undefined {
  return mounts.find(
    ({ mount, target }) => mount.type === 'cache' && target !== '/' && !target.includes('$') && isWithin(path, target),
  )
}

/** A COPY, or a command in a step without the mount, that makes the path. */
function brings(facts: Facts, step: StepModel, path: string): boolean {
  const { transfer, command } = step
  if (transfer !== undefined)
    return transfer.from.kind === 'context' ? hasInContext(facts, transfer, path) : copies(transfer, path)
  if (step.kind !== 'RUN' || coveringMount(step, path) !== undefined) return false
  return (command?.actions ?? []).some((action) => madePaths(step, action).some((made) => overlaps(made, path)))
}

function hasInContext({ project }: Facts, transfer: TransferModel, path: string): boolean {
  if (isWithin(withoutSlash(transfer.destination), path)) return true
  return (project?.files ?? []).some(({ path: file, kind, ignored }) => {
    const place = ignored || kind === 'directory' ? undefined : landsAt(transfer, file)
    return place !== undefined && isWithin(place, path)
  })
}

function copies({ sources, destination }: TransferModel, path: string): boolean {
  const named = sources.map((source) => posix.join(destination, posix.basename(source.path)))
  return isWithin(withoutSlash(destination), path) || named.some((one) => isWithin(one, path) || isWithin(path, one))
}

/** A path up to its first wildcard. */
function literalPart(path: string): string {
  const parts = path.split('/')
  const first = parts.findIndex((part) => /[*?[]/.test(part))
  return first < 0 ? path : parts.slice(0, first).join('/') || '/'
}
