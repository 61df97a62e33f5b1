import { openCopiedFrom } from '../blame/copied-from.ts'
import { copyTree, type CopyWorld, makeDirectory } from '../engine/copy-tree.ts'
import { openTrees } from '../engine/trees.ts'
import { discardTrees } from '../disk/discard-trees.ts'
import { measurePaths } from '../disk/measure-paths.ts'
import { packMount } from '../travelling-mounts/pack-mount.ts'
import { unpackMount } from '../travelling-mounts/unpack-mount.ts'
import { execStep } from './exec-job.ts'
import { treeLayer } from './filtered-tree.ts'
import { clampLayer, commitLayer, flattenLayers, streamTar, unpackBlob } from './layer-methods.ts'
import { observe } from './observe-job.ts'
import { createContainers, probe } from './run-job.ts'
import { prepareCache } from './seed-cache.ts'
import { serve } from './serve.ts'
import { findProgramIn } from './shell-job.ts'
import type { WorkerConfig } from './worker-methods.ts'
import { openWorkerWorld } from './worker-world.ts'

// The configuration comes as the first message: with the host's certificates it is too long for a command line.
process.once('message', (config: WorkerConfig) => start(config))

function start(config: WorkerConfig): void {
  const world = openWorkerWorld(config)
  const containers = createContainers(world)
  // Contexts change between two builds of one session: each copy looks at them anew.
  const copying = (): CopyWorld => ({
    ...world,
    copied: openCopiedFrom(config.root),
    trees: openTrees({ layers: (layers) => world.layers.view(layers) }),
  })
  serve({
    warm: async () => {
      await world.runtime()
      return {}
    },
    exec: (job, context) => execStep(world, job, context),
    prepareCache: (job, context) => prepareCache(world, job, context),
    packMount: (job, { signal }) => packMount(job, signal),
    unpackMount: (job, { signal }) => unpackMount(job, signal),
    copy: (job, context) => copyTree(copying(), job, context),
    mkdir: (job, context) => makeDirectory(copying(), job, context),
    unpack: (job, context) => unpackBlob(world, job, context),
    adopt: ({ tree }, { signal }) => treeLayer(world, tree, signal),
    commit: (job, context) => commitLayer(world, job, context),
    clamp: (job, context) => clampLayer(world, job, context),
    tar: (job, context) => streamTar(world, job, context),
    flatten: (job, context) => flattenLayers(world, job, context),
    run: (job, context) => containers.run(job, context),
    find: async (job) => findProgramIn(world, job),
    shell: (job, context) => containers.shell(job, context),
    observe: (job, context) => observe(world, job, context),
    signal: (job) => containers.signal(job),
    resize: (job) => containers.resize(job),
    measure: ({ paths }) => measurePaths(paths),
    discard: async ({ trees }) => discardTrees(trees),
    probe: () => probe(world),
  })
}
