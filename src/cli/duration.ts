import { parseDuration } from '../app/index.ts'
import { SlipwayError } from '../core/index.ts'

/** The value of a flag that is a duration of Go (`10s`, `1m30s`), in milliseconds. */
export function milliseconds(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const nanoseconds = parseDuration(text)
  if (nanoseconds !== undefined && nanoseconds > 0n) return Number(nanoseconds) / 1e6
  throw new SlipwayError('usage', `--${flag}: ${JSON.stringify(text)} is no duration`, { hint: 'write 10s or 1m30s' })
}
