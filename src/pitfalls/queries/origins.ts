import { posix } from 'node:path'
import type { StageModel, StepModel, TransferSource } from '../facts.ts'

/** A place that a path of an image may come from. */
export interface Origin {
  /** COPY or ADD that brings it; RUN for what steps make themselves. */
  readonly step: StepModel
  /** Where COPY takes it from, with the path there: relative for contexts, absolute otherwise. */
  readonly source?: { readonly from: TransferSource; readonly path: string }
}

/** The COPY and ADD steps that may bring a path (or what is below it) into a stage, the last one first. */
export function broughtBy(stage: StageModel, path: string): readonly Origin[] {
  const wanted = withoutSlash(path)
  return [...stage.history].reverse().flatMap((step) => {
    const { transfer } = step
    if (transfer === undefined) return []
    const destination = withoutSlash(transfer.destination)
    return transfer.sources
      .filter(({ kind }) => kind === 'path')
      .flatMap(({ path: source, hasWildcard }): readonly Origin[] => {
        const rests = placesIn(destination, source, { wanted, into: transfer.intoDirectory || hasWildcard })
        return rests.map((rest) => ({ step, source: { from: transfer.from, path: joined(source, rest) } }))
      })
  })
}

/** Whether one path is another or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  const parent = withoutSlash(directory)
  return parent === '/' || path === parent || withoutSlash(path) === parent || path.startsWith(`${parent}/`)
}

/** A path without the slash behind it. */
export function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/**
 * What follows the source in the path there, for every way the COPY can be meant: a directory's content goes into the
 * destination, a file goes below it or takes its name. Without the files nobody can tell which.
 */
function placesIn(
  destination: string,
  source: string,
  { wanted, into }: { readonly wanted: string; readonly into: boolean },
): readonly string[] {
  const rests: string[] = []
  if (isWithin(wanted, destination)) rests.push(posix.relative(destination, wanted))
  // The whole destination lies below what is wanted: some of it comes from here.
  else if (isWithin(destination, wanted)) return ['']
  const named = posix.join(destination, posix.basename(source))
  if (into && isWithin(wanted, named) && !rests.includes('')) rests.unshift(posix.relative(named, wanted))
  return [...new Set(rests)]
}

function joined(source: string, rest: string): string {
  return rest === '' ? source : posix.join(source, rest)
}
