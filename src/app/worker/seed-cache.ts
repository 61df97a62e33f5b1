import { chmodSync, chownSync } from 'node:fs'
import { openDirectory } from '../../adapters/context/index.ts'
import { entriesBelow } from './filtered-tree.ts'
import type { CallContext } from './protocol.ts'
import type { PrepareCacheJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Gives a new cache directory the owner and mode of its mount, and fills it with the mount's seed. */
export async function prepareCache(
  world: WorkerWorld,
  { mount, path, seed }: PrepareCacheJob,
  { signal }: CallContext,
): Promise<Record<string, never>> {
  chownSync(path, mount.uid, mount.gid)
  chmodSync(path, mount.mode)
  if (seed === undefined) return {}
  const view =
    seed.kind === 'layers'
      ? world.layers.view(seed.layers)
      : openDirectory(seed.path, { ignore: seed.ignore, squashOwner: seed.squashOwner })
  const layer = await world.layers.commitEntries([...entriesBelow(view, '')], { signal })
  await world.layers.applyTo(path, [layer], { signal })
  return {}
}
