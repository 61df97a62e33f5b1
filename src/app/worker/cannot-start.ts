import { SlipwayError } from '../../core/index.ts'
import type { Explanation } from '../../diagnose/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { ExecJob } from './worker-methods.ts'

/** The error for a step whose program was made for an architecture that is neither this machine's nor emulated. */
export function cannotStart(
  { op, step, platform }: ExecJob,
  architecture: string,
  { reason, advice }: Explanation,
): SlipwayError {
  const name = step ?? `RUN ${op.argv.join(' ')}`
  // For a step of that platform it is the right program, and it is the stage that may be wrong.
  const meant = platform.architecture === architecture
  const native = `if the stage only makes what another one copies, let it run natively: FROM --platform=$BUILDPLATFORM, with TARGETARCH to tell the compiler what to make`
  const [own = '', ...rest] = advice
  return new SlipwayError('platform-unavailable', `${name} cannot be run for ${formatPlatform(platform)}`, {
    notes: [reason],
    hint: [meant ? native : own, ...rest].join('\n'),
  })
}
