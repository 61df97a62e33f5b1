import { resolveInRoot, type TreeView } from '../../fileset/index.ts'
import type { Engine } from '../../solver/index.ts'
import type { CacheMountPlaces } from './cache-mounts.ts'
import type { Preparer } from './prepare-layers.ts'
import { toLog, toProgress } from './forward-notes.ts'
import type { Listings } from './listings.ts'
import { selectDigest } from './select-tree.ts'
import type { Trees } from './trees.ts'
import { execJob, withCaches } from './with-caches.ts'
import type { CallWorker } from './worker-process.ts'

export interface EngineParts {
  readonly call: CallWorker
  readonly prepare: Preparer['prepare']
  readonly trees: Trees
  readonly listings: Listings
  readonly cacheMounts: CacheMountPlaces
  readonly close: () => Promise<void>
  /** For people, about this machine rather than about a step. */
  readonly tell: (sentence: string) => void
}

/** The engine of the solver: questions about trees are answered here, work on layers is done by the worker. */
export function createEngine(parts: EngineParts): Engine {
  const { call, prepare, trees } = parts
  return {
    prepare,
    close: parts.close,
    adopt: (tree, signal) => call('adopt', { tree }, { signal }),
    select: (tree, selection, signal) => selectDigest(trees, tree, selection, { signal, listings: parts.listings }),
    find: async (tree, paths) => firstPath(trees.view(tree), paths),
    exec: (request, log, signal) =>
      withCaches(parts, request, {
        signal,
        use: (caches) => call('exec', execJob(request, caches), { signal, onNote: toLog(log, parts.tell) }),
      }),
    copy: ({ op, root, inputs }, progress, signal) =>
      call('copy', { op, root, inputs }, { signal, onNote: toProgress(progress) }),
    mkdir: (root, path, user, signal) => call('mkdir', { root, path, user }, { signal }),
  }
}

function firstPath(view: TreeView, paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    const found = resolveInRoot(view, path)
    return typeof found === 'string' && view.node(found) !== undefined
  })
}
