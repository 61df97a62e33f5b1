import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pushBase } from '../side-by-side/base-image.ts'
import type { Case, Workload, WorkloadPlace } from '../side-by-side/workload.ts'
import { keep, makeLocal, type Scale, scaled, smallBase } from './builds.ts'
import { awk, emptyContainers, known, nodeStart } from './limits.ts'
import { type Application, changeSource, writeApplication, writeLock } from './node-application.ts'

/** One layer of 9,500 files, 133 MB, as a distribution with a language would be. */
function distribution({ registry, directory }: WorkloadPlace, scale: Scale): Promise<string> {
  const shape = { layers: 1, directoriesPerLayer: scaled(190, scale), filesPerDirectory: 50, meanSize: 14_000 }
  return pushBase(registry, 'distribution', shape, directory)
}

/** W1: a small project with nothing changed. */
export async function nothingChanged(place: WorkloadPlace): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const application = { packages: 10, filesPerPackage: 5, meanSize: 2000, sources: 25, isCached: false }
  writeApplication(context, base, application)
  const what = 'nothing changed: 12 cached steps, 35 files in the context'
  return {
    cases: [{ id: 'W1', what, aim: 1, limit: 'node -e 0' }],
    async round({ builder }, note) {
      await keep(builder, context)
      for (let time = 0; time < 5; time += 1) note('W1', await keep(builder, context))
    },
    limits: async () => ({ W1: await nodeStart() }),
  }
}

const applicationCases: readonly Case[] = [
  {
    id: 'W3',
    what: 'an application built cold: 8,000 files of 120 MB installed, 300 files built, both copied; base there',
    aim: 0.5,
    limit: 'node -e 0, both programs without a container, and two empty containers by crun',
  },
  {
    id: 'W2',
    what: 'one source file of it changed',
    aim: 0.5,
    limit: 'node -e 0, the building program without a container, and one empty container by crun',
  },
  { id: 'W2n', what: 'nothing of it changed', aim: 1, limit: 'node -e 0' },
]

/** W3, W2, W2n: an application built cold, after a change, and with nothing changed. */
export async function applicationBuilds(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await distribution(place, scale)
  const context = join(place.directory, 'context')
  const application = {
    packages: scaled(400, scale),
    filesPerPackage: 20,
    meanSize: 15_000,
    sources: scaled(400, scale),
    isCached: false,
  }
  writeApplication(context, base, application)
  return {
    cases: applicationCases,
    async round(round, note) {
      await makeLocal(base, round)
      for (const id of ['W3', 'W2', 'W2']) {
        changeSource(context)
        note(id, await keep(round.builder, context, true))
      }
      for (let time = 0; time < 3; time += 1) note('W2n', await keep(round.builder, context))
    },
    async limits(work) {
      const node = await nodeStart()
      const installing = await installed(context, join(work, 'app'))
      const building = await compiled(context, join(work, 'app'))
      const containers = await emptyContainers(2, work)
      const one = containers === undefined ? undefined : containers / 2
      return known({ W3: [node, installing, building, containers], W2: [node, building, one], W2n: [node] })
    },
  }
}

const cacheMountCases: readonly Case[] = [
  {
    id: 'W11a',
    what: 'an application of 300 packages that come in 10 ms each, into an empty cache mount',
    aim: 0.9,
    limit: 'node -e 0, both programs without a container, and two empty containers by crun',
  },
  {
    id: 'W11b',
    what: 'then 15 packages changed, the others from the cache mount',
    aim: 0.7,
    limit: 'the same',
  },
]

/** W11: packages that are kept in a cache mount. */
export async function cacheMountBuilds(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await distribution(place, scale)
  const context = join(place.directory, 'context')
  const application: Application = {
    packages: scaled(300, scale),
    filesPerPackage: 12,
    meanSize: 8000,
    sources: 25,
    isCached: true,
  }
  const changed = scaled(15, scale)
  writeApplication(context, base, application)
  return {
    cases: cacheMountCases,
    async round(round, note) {
      await makeLocal(base, round)
      writeLock(context, application)
      note('W11a', await keep(round.builder, context))
      for (let time = 0; time < 2; time += 1) {
        writeLock(context, application, changed)
        note('W11b', await keep(round.builder, context))
      }
    },
    async limits(work) {
      const cache = join(work, 'cache')
      mkdirSync(cache, { recursive: true })
      writeLock(context, application)
      const node = await nodeStart()
      const empty = await installed(context, join(work, 'first'), cache)
      writeLock(context, application, changed)
      const again = await installed(context, join(work, 'second'), cache)
      const building = await compiled(context, join(work, 'second'))
      const containers = await emptyContainers(2, work)
      return known({ W11a: [node, empty, building, containers], W11b: [node, again, building, containers] })
    },
  }
}

function installed(context: string, into: string, ...cache: readonly string[]): Promise<number> {
  const tools = join(context, 'tools')
  const lock = join(context, 'package-lock.json')
  return awk(join(tools, 'install.awk'), join(tools, 'text'), lock, join(into, 'node_modules'), ...cache)
}

function compiled(context: string, into: string): Promise<number> {
  const tools = join(context, 'tools')
  const read = [join(context, 'src'), join(into, 'node_modules')]
  return awk(join(tools, 'compile.awk'), join(tools, 'text'), ...read, join(into, 'dist'))
}
