import { positionAt, SlipwayError } from '../../core/index.ts'

/**
 * The failure of a RUN with a way to get a shell in front of it: the lines above it are a Dockerfile of their own, and
 * all their steps are in the cache. Other errors, and those of files and contexts without a path, as they are.
 */
export function withWayInside(error: unknown, { context }: { readonly context: string }): unknown {
  if (!(error instanceof SlipwayError) || error.code !== 'run-failed') return error
  const [place] = error.at
  if (place === undefined || place.source.path === '-' || context === '-') return error
  const lines = positionAt(place.source, place.span.start).line - 1
  const above = `head -n ${lines} ${shellWord(place.source.path)}`
  const inside = `look inside: ${above} | slipway build -t look -f - ${shellWord(context)} && slipway run -it look sh`
  return new SlipwayError(error.code, error.message, {
    at: error.at,
    hint: error.hint === undefined ? inside : `${error.hint}\n${inside}`,
    notes: error.notes,
    cause: error,
  })
}

function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
