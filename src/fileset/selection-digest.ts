import type { SelectedSource } from './select.ts'
import { type SourceItem, sourceItems } from './source-walk.ts'
import { baseOf } from './tree-path.ts'
import type { TreeView } from './view.ts'

/** What of a selection does not change the result of a step and so stays out of its key. */
export interface SurveyOptions {
  /** `--chown`, or a context, whose owners are dropped. */
  readonly ignoreOwner: boolean
  /** Octal `--chmod`. */
  readonly ignoreMode: boolean
  /** A bind mount: the name of the selected path does not matter, its own metadata do. */
  readonly literal: boolean
}

/** A selection walked once: which contents have to be hashed, and everything else of its digest. */
export interface SelectionSurvey {
  /** Paths in the tree of the regular files whose nodes have no digest yet; each once. `selectionListing` needs them all. */
  readonly files: readonly string[]
  /** Bytes of these files. */
  readonly bytes: number
  readonly sources: readonly { readonly name: string; readonly items: readonly SourceItem[] }[]
  readonly options: SurveyOptions
}

/** Walks what is selected. First step of the content key of COPY, ADD and bind mounts. */
export function surveySelection(
  tree: TreeView,
  sources: readonly SelectedSource[],
  options: SurveyOptions,
): SelectionSurvey {
  const surveyed = sources.map(({ name, path, node, filter }) => ({
    name: node.kind === 'dir' || options.literal ? '' : baseOf(name),
    items: sourceItems(tree, path, filter),
  }))
  const sizes = new Map<string, number>()
  for (const { items } of surveyed) {
    for (const { path, node } of items)
      if (node.kind === 'file' && node.digest === undefined) sizes.set(path, node.size)
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  return { files: [...sizes.keys()], bytes, sources: surveyed, options }
}

/**
 * Everything of a selection that counts, a line for each source and each node; its sha256 is the content key. Covers names relative to the source,
 * types, link targets, device numbers, xattrs, contents and, unless ignored, owners and permission bits; modification
 * times stay out. A single file counts with its base name and a directory without its own name and metadata, so
 * that moving either one keeps the key.
 */
export function selectionListing({ sources, options }: SelectionSurvey): string {
  const lines: string[] = []
  for (const { name, items } of sources) {
    lines.push(`source ${JSON.stringify(name)}\n`)
    for (const item of items) lines.push(`${describe(item, options)}\n`)
  }
  return lines.join('')
}

function describe({ relative, path, node }: SourceItem, options: SurveyOptions): string {
  // Where the contents of a directory go, the directory itself only lends its time.
  if (relative === '' && node.kind === 'dir' && !options.literal) return '["","dir"]'
  const content = node.kind === 'file' ? node.digest : undefined
  if (node.kind === 'file' && content === undefined) throw new RangeError(`no digest was given for ${path}`)
  const xattrs = Object.entries(node.xattrs ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])
  // Arrays and primitives alone: what `canonicalJson` gives, in a third of its time.
  return JSON.stringify([
    relative,
    node.kind,
    options.ignoreMode || node.kind === 'symlink' ? null : node.mode,
    options.ignoreOwner ? null : [node.uid, node.gid],
    content ?? node.linkname ?? null,
    [node.devMajor ?? 0, node.devMinor ?? 0],
    xattrs.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)),
  ])
}
