import { nativeArchitectures } from '../../adapters/runtime/index.ts'
import { type Explanation, type StartedCommand, unstartable } from '../../diagnose/index.ts'
import type { TreeView } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { WorkerWorld } from './worker-world.ts'

/** Where linkers put all that is looked at; Node's program of 100 MB would take 50 ms as a whole. */
const headSize = 64 * 1024

/** What is known about the start of a command before it is tried. */
export interface StartCheck {
  /** Why it cannot be started. */
  readonly refused?: Explanation
  /** The architecture of its program, where the processor does not run that itself. */
  readonly foreign?: string
}

/** Whether a command can be started over these layers; nothing is said when it may as well be tried. */
export async function checkStart(
  world: WorkerWorld,
  layers: readonly LayerRef[],
  command: StartedCommand,
): Promise<StartCheck> {
  const view = world.layers.view(layers)
  const machine = { ...world.config.machine, runs: nativeArchitectures(), proxies: [] }
  const refused = unstartable(command, withShortReads(world, view), machine)
  if (refused === undefined) return {}
  const { architecture: foreign } = refused
  if (foreign === undefined) return { refused }
  const emulated = world.config.machine.runs.includes(foreign) || (await world.emulators().starts(foreign))
  return { foreign, ...(emulated ? {} : { refused }) }
}

function withShortReads(world: WorkerWorld, view: TreeView): TreeView {
  const read = (path: string): Uint8Array => {
    const origin = view.origin(path)
    if (origin.kind !== 'layer') return view.read(path)
    return world.layers.readPart(origin.layer, origin.path, { offset: 0, length: headSize })
  }
  return { node: view.node, names: view.names, origin: view.origin, read }
}
