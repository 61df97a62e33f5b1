import { resolveInRoot, type TreeView } from '../../fileset/index.ts'
import type { Engine } from '../../solver/index.ts'
import type { Preparer } from './prepare-layers.ts'
import { copyTree, type CopyWorld, makeDirectory } from './copy-tree.ts'
import { openCacheLedger } from './cache-ledger.ts'
import { toLog, toProgress } from './forward-notes.ts'
import type { Listings } from './listings.ts'
import { selectDigest } from './select-tree.ts'
import type { Trees } from './trees.ts'
import type { WorkerNote } from '../worker/protocol.ts'
import { type CachePlaces, execJob, withCaches } from './with-caches.ts'
import type { CallWorker } from './worker-process.ts'

export interface EngineParts {
  readonly call: CallWorker
  readonly prepare: Preparer['prepare']
  readonly trees: Trees
  readonly listings: Listings
  readonly cacheMounts: CachePlaces
  readonly hold: (path: string) => void
  readonly close: () => Promise<void>
  /** Where layers of files are made in this process; undefined where it may not read the files of other layers. */
  readonly copying?: CopyWorld
  /** For people, about this machine rather than about a step. */
  readonly tell: (sentence: string) => void
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
    exec: (request, sinks, signal) =>
      withCaches(parts, request, {
        signal,
        use: async (caches) => {
          const ledger = openCacheLedger(request, caches)
          const log = toLog(sinks.log, parts.tell)
          const onNote = (note: WorkerNote): void => {
            if (note.kind === 'caches') ledger.enter(note.report, sinks)
            else log(note)
          }
          return call('exec', execJob(request, caches), { signal, onNote })
        },
      }),
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
