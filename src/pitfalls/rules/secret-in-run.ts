import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { builtStages } from '../queries/credential-pairs.ts'
import { literalSecrets } from '../queries/secret-literals.ts'
import { mountInPlaceFix } from '../repairs/mount-secret.ts'
import { keptSecrets } from '../queries/secret-sinks.ts'
import type { RunStep } from '../queries/secret-sources.ts'
import { spotOf } from '../queries/spots.ts'
import { placeOf, runSteps } from '../queries/steps.ts'

/** What a RUN writes is in its layer, and what it is written with is in the history. */
export const secretInRun: Pitfall = {
  id: 'secret-in-run',
  summary:
    'A RUN leaves no credential in its layer and has none in its text: both are kept with the image or with its cache',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: { trivy: ['DS-0031'] },
  find: (facts) =>
    builtStages(facts).flatMap((stage) => {
      const isFinal = facts.final.chain.includes(stage)
      return runSteps(stage.steps).flatMap((step) => hitsOf(facts, { step, isFinal }))
    }),
}

function hitsOf(
  facts: Facts,
  { step, isFinal }: { readonly step: RunStep; readonly isFinal: boolean },
): readonly PitfallHit[] {
  const written = keptSecrets(step).map(({ command, what, place }) => ({
    command,
    message: `${what} is written to ${/`|^(?:its|the) /.test(place) ? place : `\`${place}\``}, which stays in the layer`,
    hint: hintFor(step),
  }))
  const literal = literalSecrets(step).map(({ command, what }) => ({
    command,
    message: `${what} stands in the RUN in plain text, and so in ${isFinal ? 'the history of the image' : 'the build cache'}`,
    hint: 'give it to the step with `--mount=type=secret,id=NAME,env=NAME` and `--secret id=NAME,env=NAME`',
  }))
  const found = [...written, ...literal]
  const [first] = found
  if (first === undefined) return []
  const fix = found.length === 1 ? mountInPlaceFix(facts, step, first.command) : undefined
  return [
    {
      at: spotOf(step, first),
      message: first.message,
      hint: first.hint,
      related: found.slice(1).map(({ command, message }) => ({ note: message, at: placeOf(step, { command }) })),
      evidence: { credentials: found.length },
      ...(fix === undefined ? {} : { fixes: [fix] }),
    },
  ]
}

function hintFor({ mounts }: RunStep): string {
  const secret = mounts.find(({ mount }) => mount.type === 'secret')
  if (secret === undefined)
    return 'mount the file at its place: `--mount=type=secret,id=NAME,target=PATH,required=true`; a later `rm` does not take it out of the layer'
  const id = secret.mount.id ?? 'NAME'
  return `mount it at its place instead: \`--mount=type=secret,id=${id},target=PATH,required=true\`, or remove the file in the same RUN`
}
