import { didYouMean, type Location, nearest } from '../core/index.ts'
import { formatPlatform, normalizedKey, type Platform, parseReference, type Reference } from '../oci/index.ts'
import { type FoundContext, findNamedContext } from './named-context.ts'
import type { GraphOptions, Question, TreeSource } from './stage-graph.ts'

/** Where an image or context is wanted. */
export interface Wanted {
  readonly platform: Platform
  readonly at: Location
  readonly similarStages: readonly string[]
}

export type Lookup = { readonly source: TreeSource } | { readonly error: string }

/** All images that the file names, in the order of their first mention. */
export interface SourceBook {
  readonly options: GraphOptions
  readonly images: Map<string, Question>
  /** Lower-cased name to stage. */
  readonly byName: ReadonlyMap<string, number>
}

/** The tree behind a name that is no stage: `scratch`, a named context, or an image. */
export function lookUpImage(book: SourceBook, name: string, wanted: Wanted): Lookup {
  if (name === 'scratch') return { source: { kind: 'scratch' } }
  const reference = parseReference(name)
  if ('error' in reference) return reference
  const found = findNamedContext(name, wanted.platform, book.options)
  if (found !== undefined) return openContext(book, found, wanted)
  return { source: noteImage(book, { reference, written: name }, wanted) }
}

/** The tree behind a named context: an image where it leads to one. */
export function openContext(book: SourceBook, found: FoundContext, wanted: Wanted): Lookup {
  const { name, context } = found
  switch (context.kind) {
    case 'directory':
    case 'git':
    case 'http':
      return { source: { kind: 'context', name } }
    case 'stage': {
      const stage = book.byName.get(context.stage.toLowerCase())
      if (stage !== undefined) return { source: { kind: 'stage', stage } }
      const hint = stageHint(context.stage, [...book.byName.keys()])
      return { error: `build context ${name}: there is no stage ${context.stage} (${hint})` }
    }
    case 'layout':
      return { source: noteImage(book, { context: name, written: name }, wanted) }
    case 'image': {
      if (context.reference === 'scratch') return { source: { kind: 'scratch' } }
      const reference = parseReference(context.reference)
      if ('error' in reference) return { error: `build context ${name}: ${reference.error}` }
      return { source: noteImage(book, { reference, context: name, written: context.reference }, wanted) }
    }
  }
}

/** Stages that a mistyped name may have meant, nearest first. */
export function similarNames(name: string, stageNames: readonly string[]): readonly string[] {
  return nearest(name, stageNames)
}

/** `did you mean …?`, or the list of all stages when nothing is near. */
export function stageHint(name: string, stageNames: readonly string[]): string {
  const near = didYouMean(name, stageNames)
  if (near !== undefined) return near
  return stageNames.length === 0
    ? 'the file names no stages (FROM … AS NAME)'
    : `the stages are ${stageNames.join(', ')}`
}

interface Found {
  readonly reference?: Reference
  readonly context?: string
  readonly written: string
}

function noteImage(book: SourceBook, found: Found, wanted: Wanted): TreeSource {
  const name = found.reference === undefined ? `context:${found.context}` : normalizedKey(found.reference)
  const key = `${name}|${formatPlatform(wanted.platform)}`
  const known = book.images.get(key)
  const question: Question = known ?? {
    key,
    platform: wanted.platform,
    ...found,
    at: [],
    similarStages: wanted.similarStages,
  }
  book.images.set(key, { ...question, at: [...question.at, wanted.at] })
  return { kind: 'image', key }
}
