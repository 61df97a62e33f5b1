import { compileIgnore } from '../../ignore/index.ts'
import { openDirectory } from '../../adapters/context/index.ts'
import { type Digest, digestOf, SlipwayError } from '../../core/index.ts'
import {
  resolveInRoot,
  type SelectedSource,
  selectionListing,
  selectSources,
  surveySelection,
  type TreeView,
} from '../../fileset/index.ts'
import type { Selection, TreeRef } from '../../solver/index.ts'
import type { Listings } from './listings.ts'
import type { Trees } from './trees.ts'

/** Below that there is little garbage to collect. */
const manyFiles = 10_000

/** Content digest of what a selection takes from a tree. Rejects with `context-path-missing` when a plain path is not there. */
export async function selectDigest(
  trees: Trees,
  tree: TreeRef,
  selection: Selection,
  { signal, listings }: { readonly signal: AbortSignal; readonly listings: Listings },
): Promise<Digest> {
  const survey = surveySelection(trees.view(tree), selectAll(trees, tree, selection), {
    ignoreOwner: selection.ignoreOwner || (tree.kind === 'host' && tree.squashOwner),
    ignoreMode: selection.ignoreMode,
    literal: selection.literal,
  })
  if (survey.files.length > manyFiles) (await import('./small-heap.ts')).keepHeapSmall()
  if (survey.files.length > 0) await trees.digest(tree, survey.files, signal)
  const listing = selectionListing(survey)
  const key = digestOf(listing)
  listings.keep(key, listing)
  return key
}

/** What the patterns select, or an error a user can act on. */
export function selectAll(
  trees: Trees,
  tree: TreeRef,
  selection: Pick<Selection, 'patterns' | 'exclude' | 'parents' | 'literal'>,
): readonly SelectedSource[] {
  const { exclude, parents, literal } = selection
  return selection.patterns.flatMap((pattern) => {
    const result = selectSources(trees.view(tree), pattern, { exclude, parents, literal })
    switch (result.kind) {
      case 'selected':
        return result.sources
      case 'missing':
        throw missing(tree, result, trees.view(tree))
      case 'bad-pattern':
        throw new SlipwayError('copy-failed', `${JSON.stringify(result.pattern)} is not a valid pattern`, {
          hint: 'a [ opens a character class and needs its ]; write \\[ for the character itself',
        })
      case 'link-loop':
        throw new SlipwayError('copy-failed', `too many symbolic links on the way to /${result.path}`)
    }
  })
}

const emptyContext =
  'the context is empty; to build another directory: slipway build -f DOCKERFILE DIRECTORY, with - for standard input'

interface Missing {
  readonly path: string
  readonly near: readonly string[]
}

function missing(tree: TreeRef, { path, near }: Missing, view: TreeView): SlipwayError {
  const shown = `/${path}`
  const link = view.node(path)
  if (link?.kind === 'symlink') return deadLink(tree, path, { ...link, leadsTo: resolveInRoot(view, path) })
  const similar = near.length === 0 ? undefined : `did you mean ${near.map((one) => `/${one}`).join(' or ')}?`
  if (tree.kind === 'layers') {
    return new SlipwayError(
      'context-path-missing',
      `${JSON.stringify(shown)}: not found in the source image or stage`,
      hintOf(similar),
    )
  }
  const pattern = excludedBy(tree, path)
  if (pattern !== undefined) {
    return new SlipwayError(
      'context-path-missing',
      `${JSON.stringify(shown)}: not found, because the ignore file excludes it`,
      {
        hint: `the pattern ${JSON.stringify(pattern)} matches it; bring it back with a line !${path}`,
      },
    )
  }
  return new SlipwayError(
    'context-path-missing',
    `${JSON.stringify(shown)}: not found in the build context`,
    hintOf(view.names('').length === 0 ? emptyContext : similar),
  )
}

function deadLink(
  tree: TreeRef,
  path: string,
  { linkname = '', leadsTo }: { readonly linkname?: string; readonly leadsTo: ReturnType<typeof resolveInRoot> },
): SlipwayError {
  const pattern = tree.kind === 'host' && typeof leadsTo === 'string' ? excludedBy(tree, leadsTo) : undefined
  const [why, hint] =
    pattern === undefined
      ? ['where nothing is', 'links are followed inside the build context, stage or image only']
      : ['which the ignore file excludes', `the pattern ${JSON.stringify(pattern)} matches it`]
  const what = `${JSON.stringify(`/${path}`)} is a symbolic link to ${JSON.stringify(linkname)}, ${why}`
  return new SlipwayError('context-path-missing', what, { hint })
}

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint }
}

/** The last ignore pattern that hides an existing path. */
function excludedBy(tree: TreeRef & { kind: 'host' }, path: string): string | undefined {
  if (tree.ignore.length === 0 || openDirectory(tree.path).node(path) === undefined) return undefined
  return tree.ignore.findLast((pattern) => !pattern.startsWith('!') && compileIgnore([pattern]).ignored(path))
}
