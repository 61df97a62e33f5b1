import { SlipwayError } from '../../core/index.ts'

/** The failure of a RUN with the command line that opens a shell in it. Other errors as they are. */
export function withWayInside(error: unknown, { lookInside }: { readonly lookInside?: string }): unknown {
  if (!(error instanceof SlipwayError) || error.code !== 'run-failed' || lookInside === undefined) return error
  const inside = `look inside: ${lookInside}`
  return new SlipwayError(error.code, error.message, {
    at: error.at,
    hint: error.hint === undefined ? inside : `${error.hint}\n${inside}`,
    notes: error.notes,
    cause: error,
  })
}
