import type { BuildOutcome } from '../builders.ts'
import { type ImageFacts, readImageFacts } from '../image-facts.ts'
import { lineDiff } from '../line-diff.ts'

/** What came of a build: an image in words, or what the builder said instead. */
export type Result =
  | { readonly kind: 'image'; readonly text: string }
  | { readonly kind: 'failure'; readonly said: string }

/** Reads what was built. Times from `since` on (seconds) are those of the build, and all the same. */
export async function readResult(outcome: BuildOutcome, archive: string, since: number): Promise<Result> {
  if (outcome.code !== 0) return { kind: 'failure', said: `${outcome.stdout}${outcome.said}` }
  return { kind: 'image', text: imageText(await readImageFacts(archive, { mtimes: true }), since) }
}

function imageText({ files, config, history }: ImageFacts, since: number): string {
  // Whoever puts something into a directory changes its time; how many times that happens is nobody's business.
  const lines = [...files.values()].map((line) =>
    line.replace(/ at (\d+)$/, (kept, seconds: string) =>
      / dir \d{4} /.test(line) ? '' : Number(seconds) >= since ? ' made now' : kept,
    ),
  )
  return [
    ...lines,
    JSON.stringify(config, undefined, 2),
    ...history.map((line) => `history: ${line.replaceAll('\n', '\\n')}`),
  ].join('\n')
}

/** How two results differ, `-` for what only the reference has; undefined when they agree. Two failures agree, whatever is said. */
export function difference(reference: Result, slipway: Result): string | undefined {
  if (reference.kind === 'failure' && slipway.kind === 'failure') return undefined
  if (reference.kind === 'failure') return `only the reference fails:\n${lastLines(reference.said)}`
  if (slipway.kind === 'failure') return `only Slipway fails:\n${lastLines(slipway.said)}`
  return reference.text === slipway.text ? undefined : lineDiff(reference.text, slipway.text)
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-25).join('\n')
}
