import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { type LayerStore, openLayerStore } from '../../adapters/layer-store/index.ts'
import {
  type Emulators,
  identityMap,
  openEmulators,
  openRuntime,
  probeIsolation,
  requireIsolation,
  type Runtime,
} from '../../adapters/runtime/index.ts'
import { programFile } from '../program-files.ts'
import type { WorkerConfig } from './worker-methods.ts'

/** What the methods of the worker share. */
export interface WorkerWorld {
  readonly config: WorkerConfig
  readonly layers: LayerStore
  /** Upper directories of failed steps that were to be kept, by name. */
  readonly kept: Map<string, string>
  /** A new empty directory on the file system of the store; goes with the process. */
  newDirectory(name: string): string
  /** What runs programs of other architectures, looked for when there is one to be run. */
  emulators(): Emulators
  /** The runtime, found by probing at the first step. */
  runtime(): Promise<Runtime>
}

export function openWorkerWorld(config: WorkerConfig): WorkerWorld {
  for (const stale of config.stale) rmSync(path.join(config.root, 'tmp', stale), { recursive: true, force: true })
  const own = path.join(config.root, 'tmp', config.owner, 'worker')
  const layers = openLayerStore({
    root: config.root,
    owner: `${config.owner}/layers`,
    overlayXattr: identityMap().userNamespace ? 'user' : 'trusted',
    workerScript: programFile('layer-thread'),
  })
  let count = 0
  let opened: Promise<Runtime> | undefined
  let emulators: Emulators | undefined
  const newDirectory = (name: string): string => {
    count += 1
    const directory = path.join(own, `${name}-${count}`)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return directory
  }
  const openIsolated = async (): Promise<Runtime> => {
    const report = await probeIsolation(probeOptions(config, newDirectory('probe')))
    return openRuntime({ stateDir: newDirectory('runtime'), isolation: requireIsolation(report) })
  }
  return {
    config,
    layers,
    kept: new Map(),
    newDirectory,
    emulators: () => (emulators ??= openEmulators(newDirectory('emulators'))),
    runtime: () => (opened ??= openIsolated()),
  }
}

/** Where probing for a way to run steps happens, and where its answer is kept. */
export function probeOptions(config: WorkerConfig, stateDir: string): Parameters<typeof probeIsolation>[0] {
  return { stateDir, wanted: config.isolation, cacheFile: path.join(config.root, 'isolation.json') }
}
