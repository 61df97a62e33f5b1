import { closeSync, openSync, readSync } from 'node:fs'
import { fsPath } from '../../core/index.ts'
import { type Explanation, type StartedCommand, unstartable } from '../../diagnose/index.ts'
import type { TreeView } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Where linkers put all that is looked at; Node's program of 100 MB would take 50 ms as a whole. */
const headSize = 64 * 1024

/** Why the command cannot be started over these layers; undefined when it may as well be tried. */
export function refuseUnstartable(
  world: WorkerWorld,
  layers: readonly LayerRef[],
  command: StartedCommand,
): Explanation | undefined {
  const view = world.layers.view(layers)
  return unstartable(command, withShortReads(world, view), { ...world.config.machine, proxies: [] })
}

function withShortReads(world: WorkerWorld, view: TreeView): TreeView {
  const read = (path: string): Uint8Array => {
    const origin = view.origin(path)
    if (origin.kind !== 'layer') return view.read(path)
    const descriptor = openSync(fsPath(`${world.layers.layerPath(origin.layer)}/${origin.path}`), 'r')
    try {
      const head = Buffer.alloc(headSize)
      return head.subarray(0, readSync(descriptor, head, 0, headSize, 0))
    } finally {
      closeSync(descriptor)
    }
  }
  return { node: view.node, names: view.names, origin: view.origin, read }
}
