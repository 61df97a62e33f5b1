import { resolveInRoot, type TreeView } from '../../fileset/index.ts'
import type { Engine } from '../../solver/index.ts'
import type { Preparer } from './prepare-layers.ts'
import { copyTree, type CopyWorld, makeDirectory } from './copy-tree.ts'
import { toProgress } from './forward-notes.ts'
import type { Listings } from './listings.ts'
import { runStep, type StepRunner } from './run-step.ts'
import { selectDigest } from './select-tree.ts'

export interface EngineParts extends StepRunner {
  readonly prepare: Preparer['prepare']
  readonly listings: Listings
  readonly close: () => Promise<void>
  /** Where layers of files are made in this process; undefined where it may not read the files of other layers. */
  readonly copying?: CopyWorld
}

/** The engine of the solver: questions about trees are answered here, and as root files are copied here; the rest is done by the worker. */
export function createEngine(parts: EngineParts): Engine {
  const { call, prepare, trees, copying } = parts
  return {
    prepare,
    // What goes wrong then, goes wrong again for the step that needs the worker.
    warm: () => void call('warm', {}).catch(() => {}),
    close: parts.close,
    adopt: (tree, signal) => call('adopt', { tree }, { signal }),
    select: (tree, selection, signal) => selectDigest(trees, tree, selection, { signal, listings: parts.listings }),
    find: async (tree, paths) => firstPath(trees.view(tree), paths),
    exec: (request, sinks, signal) => runStep(parts, request, { sinks, signal }),
    copy: ({ op, root, inputs }, progress, signal) => {
      const [job, onNote] = [{ op, root, inputs }, toProgress(progress)]
      return copying === undefined
        ? call('copy', job, { signal, onNote })
        : copyTree(copying, job, { signal, note: onNote })
    },
    mkdir: (root, path, user, signal) => {
      const job = { root, path, user }
      return copying === undefined ? call('mkdir', job, { signal }) : makeDirectory(copying, job, { signal })
    },
  }
}

function firstPath(view: TreeView, paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    const found = resolveInRoot(view, path)
    return typeof found === 'string' && view.node(found) !== undefined
  })
}
