import { joinPath, parentOf } from './tree-path.ts'
import type { TreeView } from './view.ts'

/** A path that leads through more than 255 symbolic links, the limit of BuildKit's resolver. */
export interface LinkLoop {
  readonly kind: 'link-loop'
  readonly path: string
}

/** A path, or a link on it, that climbs above the root. */
export interface RootEscape {
  readonly kind: 'escape'
  readonly path: string
}

const linkLimit = 255

/**
 * Where `path` leads when the tree is the whole file system: symbolic links are followed, absolute ones from the root of
 * the tree, and `..` stops at the root. What does not exist is taken as it is written, so that the result can be
 * created. `followLast: false` leaves a link in the last element alone.
 */
export function resolveInRoot(
  view: Pick<TreeView, 'node'>,
  path: string,
  { followLast = true }: { readonly followLast?: boolean } = {},
): string | LinkLoop {
  // Without `confined` nothing escapes.
  return resolve(view, path, { followLast, confined: false }) as string | LinkLoop
}

/** Like `resolveInRoot`, except that a `..` above the root is an escape instead of the root. */
export function resolveConfined(view: Pick<TreeView, 'node'>, path: string): string | LinkLoop | RootEscape {
  return resolve(view, path, { followLast: true, confined: true })
}

function resolve(
  view: Pick<TreeView, 'node'>,
  path: string,
  { followLast, confined }: { readonly followLast: boolean; readonly confined: boolean },
): string | LinkLoop | RootEscape {
  const todo = path.split('/').reverse()
  let at = ''
  let links = 0
  while (todo.length > 0) {
    const part = todo.pop() as string
    if (part === '' || part === '.') continue
    if (part === '..') {
      if (confined && at === '') return { kind: 'escape', path }
      at = parentOf(at)
      continue
    }
    const next = joinPath(at, part)
    const target = followLast || todo.some((rest) => rest !== '') ? linkTarget(view, next) : undefined
    if (target === undefined) {
      at = next
      continue
    }
    links += 1
    if (links > linkLimit) return { kind: 'link-loop', path }
    if (target.startsWith('/')) at = ''
    todo.push(...target.split('/').reverse())
  }
  return at
}

function linkTarget(view: Pick<TreeView, 'node'>, path: string): string | undefined {
  const node = view.node(path)
  return node?.kind === 'symlink' ? (node.linkname ?? '') : undefined
}
