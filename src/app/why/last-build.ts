import { SlipwayError } from '../../core/index.ts'
import type { BuildTrace } from '../../why/index.ts'
import type { Session } from '../session.ts'

/** The steps of the build that ended last, and why those that ran had to. Rejects with `usage` when there was none. */
export async function lastBuild({ traces }: Session): Promise<BuildTrace> {
  const [trace] = await traces.newest(1)
  if (trace !== undefined) return trace
  throw new SlipwayError('usage', 'nothing has been built with this store', { hint: 'slipway build PATH' })
}
