import { chmodSync, chownSync } from 'node:fs'
import { openDirectory } from '../../adapters/context/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { type PlannedEntry, resolveInRoot, type TreeView } from '../../fileset/index.ts'
import type { LayerRef, TreeRef } from '../../solver/index.ts'
import { entriesBelow } from './filtered-tree.ts'
import type { CallContext } from './protocol.ts'
import type { PrepareCacheJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Gives a new cache directory the owner and mode of its mount, or fills it from the mount's seed. */
export async function prepareCache(
  world: WorkerWorld,
  { mount, path, seed }: PrepareCacheJob,
  { signal }: CallContext,
): Promise<Record<string, never>> {
  if (seed === undefined) {
    chownSync(path, mount.uid, mount.gid)
    chmodSync(path, mount.mode)
  } else {
    await seedCache(world, { tree: seed, source: mount.source ?? '/', target: path, signal })
  }
  return {}
}

interface CacheSeed {
  readonly tree: TreeRef
  /** Directory in the tree that the cache starts from. */
  readonly source: string
  readonly target: string
  readonly signal: AbortSignal
}

/** Fills a new cache directory from `from=`/`source=` of its mount; owner and mode are those of the seed. */
async function seedCache(world: WorkerWorld, { tree, source, target, signal }: CacheSeed): Promise<void> {
  const view = viewOf(world, tree)
  const base = resolveInRoot(view, source)
  const node = typeof base === 'string' ? view.node(base) : undefined
  if (typeof base !== 'string' || node?.kind !== 'dir') {
    throw new SlipwayError(
      'context-path-missing',
      `the cache mount's source ${JSON.stringify(source)} is no directory`,
      {
        hint: 'source= names a directory in the stage, image or context of from=',
      },
    )
  }
  const layer: LayerRef = await world.layers.commitEntries(relocated(view, base), { signal })
  await world.layers.applyTo(target, [layer], { signal })
  chownSync(target, node.uid, node.gid)
  chmodSync(target, node.mode)
}

function viewOf(world: WorkerWorld, tree: TreeRef): TreeView {
  return tree.kind === 'layers'
    ? world.layers.view(tree.layers)
    : openDirectory(tree.path, { ignore: tree.ignore, squashOwner: tree.squashOwner })
}

/** The entries below `base` with `base` taken from their paths. */
function relocated(view: TreeView, base: string): readonly PlannedEntry[] {
  const cut = base === '' ? 0 : base.length + 1
  return [...entriesBelow(view, base)].map((entry) => ({
    ...entry,
    path: entry.path.slice(cut),
    ...(entry.kind === 'hardlink' ? { linkname: (entry.linkname ?? '').slice(cut) } : {}),
  }))
}
