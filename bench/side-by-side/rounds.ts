import { join } from 'node:path'
import { startDockerRegistry } from '../../test/kit/docker-registry.ts'
import type { Builder } from './builder.ts'
import type { Measured } from './results.ts'
import { clearAway } from './scratch.ts'
import type { Sample } from './stopwatch.ts'
import type { PlannedWorkload, Workload } from './workload.ts'

export interface Plan {
  readonly builders: readonly Builder[]
  readonly rounds: number
  /** Everything is made below it; what a workload leaves is removed before the next one is made. */
  readonly scratch: string
}

/** Runs workloads one after the other: in each round all builders, in an order that is drawn. Says each sample on stderr. */
export async function measureAll(workloads: readonly PlannedWorkload[], plan: Plan): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const workload of workloads) measured.push(...(await measure(workload, plan)))
  return measured
}

async function measure(
  { ids, make }: PlannedWorkload,
  { builders, rounds, scratch }: Plan,
): Promise<readonly Measured[]> {
  const directory = join(scratch, ids.join('-'))
  const bases = await startDockerRegistry(join(directory, 'bases'))
  try {
    const workload = await make({ directory, registry: bases.host })
    const { cases } = workload
    const samples = new Map(
      cases.map(({ id }) => [id, new Map(builders.map(({ name }) => [name, [] as Sample[]]))] as const),
    )
    const limits = new Map(cases.map(({ id }) => [id, [] as number[]]))
    for (let round = 0; round < rounds; round += 1) {
      for (const builder of drawn(builders))
        await oneRound(builder, workload, join(directory, 'round'), (id, sample) => {
          samples.get(id)?.get(builder.name)?.push(sample)
          console.error(`${id} ${builder.name}: ${sample.seconds.toFixed(3)} s, cpu ${sample.cpu.toFixed(2)} s`)
        })
      for (const [id, seconds] of Object.entries(await oneLimit(workload, join(directory, 'limit'))))
        limits.get(id)?.push(seconds)
    }
    return cases.map((one) => ({ ...one, samples: samples.get(one.id) ?? new Map(), limits: limits.get(one.id) ?? [] }))
  } finally {
    await bases.close()
    clearAway(directory)
  }
}

function drawn<Item>(items: readonly Item[]): readonly Item[] {
  const lots = items.map((item) => ({ item, lot: Math.random() }))
  return lots.sort((a, b) => a.lot - b.lot).map(({ item }) => item)
}

async function oneRound(
  builder: Builder,
  workload: Workload,
  directory: string,
  note: (id: string, sample: Sample) => void,
): Promise<void> {
  const registry = await startDockerRegistry(join(directory, 'registry'))
  try {
    const running = await builder.start(join(directory, 'storage'))
    try {
      await workload.round(
        { builder: running, directory: join(directory, String(Date.now())), registry: registry.host },
        note,
      )
    } finally {
      await running.stop()
    }
  } finally {
    await registry.close()
    clearAway(directory)
  }
}

async function oneLimit(workload: Workload, directory: string): Promise<Readonly<Record<string, number>>> {
  const registry = await startDockerRegistry(join(directory, 'registry'))
  try {
    return await workload.limits(join(directory, 'work'), registry.host)
  } finally {
    await registry.close()
    clearAway(directory)
  }
}
