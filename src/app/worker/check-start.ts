import { closeSync, openSync, readSync } from 'node:fs'
import path from 'node:path'
import { openDirectory } from '../../adapters/context/index.ts'
import { nativeArchitectures } from '../../adapters/runtime/index.ts'
import { fsPath } from '../../core/index.ts'
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

/** Whether a command can be started in a root file system; nothing is said when it may as well be tried. */
export async function checkStart(world: WorkerWorld, root: TreeView, command: StartedCommand): Promise<StartCheck> {
  const machine = { ...world.config.machine, runs: nativeArchitectures(), proxies: [] }
  const refused = unstartable(command, root, machine)
  if (refused === undefined) return {}
  const { architecture: foreign } = refused
  if (foreign === undefined) return { refused }
  const emulated = world.config.machine.runs.includes(foreign) || (await world.emulators().starts(foreign))
  return { foreign, ...(emulated ? {} : { refused }) }
}

/** The root file system of layers, read from their indexes. Files begin like their first 64 KiB, and end there. */
export function layeredRoot(world: WorkerWorld, layers: readonly LayerRef[]): TreeView {
  const view = world.layers.view(layers)
  const read = (path: string): Uint8Array => {
    const origin = view.origin(path)
    if (origin.kind !== 'layer') return view.read(path)
    return world.layers.readPart(origin.layer, origin.path, { offset: 0, length: headSize })
  }
  return { node: view.node, names: view.names, origin: view.origin, read }
}

/** A mounted root file system: looking up a program there takes 1 ms, where indexes of 20,000 files take 200 to read. */
export function mountedRoot(directory: string): TreeView {
  const { node, names, origin } = openDirectory(directory)
  return { node, names, origin, read: (file) => readHead(path.join(directory, file)) }
}

function readHead(file: string): Uint8Array {
  const handle = openSync(fsPath(file), 'r')
  try {
    const bytes = Buffer.allocUnsafe(headSize)
    return bytes.subarray(0, readSync(handle, bytes, 0, headSize, 0))
  } finally {
    closeSync(handle)
  }
}
