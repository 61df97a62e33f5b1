import type { BuildCost } from '../../compare/index.ts'
import { formatPlatform, type Platform } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { BuildTrace, TracedStep } from '../../why/index.ts'
import type { Session } from '../session.ts'

/** More series than that are not remembered. */
const remembered = 200

/** What the last build took that ended with these layers; undefined when none is remembered, or the base is all there is. */
export async function lastCost(
  { traces }: Pick<Session, 'traces'>,
  layers: readonly LayerRef[],
  platform: Platform,
): Promise<BuildCost | undefined> {
  const top = layers.at(-1)?.content
  if (top === undefined) return undefined
  const wanted = formatPlatform(platform)
  for (const trace of await traces.newest(remembered)) {
    const isIt = trace.steps.some((step) => step.content === top && step.platform === wanted)
    if (isIt) return costOf(trace)
  }
  return undefined
}

function costOf({ steps }: BuildTrace): BuildCost {
  const ran = steps.filter(({ outcome }) => outcome === 'built')
  const [spent, whole] = [timeOf(ran), timeOf(steps)]
  return {
    steps: steps.length,
    cached: steps.filter(({ outcome }) => outcome === 'cached').length,
    ...(spent === undefined ? {} : { spent }),
    ...(whole === undefined ? {} : { whole }),
  }
}

/** Undefined as soon as one step does not say. */
function timeOf(steps: readonly TracedStep[]): number | undefined {
  let sum = 0
  for (const { took } of steps) {
    if (took === undefined) return undefined
    sum += took
  }
  return sum
}
