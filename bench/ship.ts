// Exports, pushes and pulls beside BuildKit: `npm run bench:ship [-- W9a] [--rounds=3] [--write]`. The builders take turns within
// each round, with empty storage and an empty registry each time. Needs docker-registry, busybox-static, gzip and curl; without
// buildkitd and buildctl (in BUILDKIT_BIN or PATH) there is nobody to compare with. Works below SLIPWAY_BENCH_DIR, else in memory.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDockerRegistry } from '../test/kit/docker-registry.ts'
import type { Builder } from './ship/builder.ts'
import { buildkitBuilder } from './ship/buildkit-builder.ts'
import { exportAndPush } from './ship/export-and-push.ts'
import { coldBuild, pullAndUnpack } from './ship/pull-and-build.ts'
import { type Measured, resultsText, writeSection } from './ship/results.ts'
import { slipwayBuilder } from './ship/slipway-builder.ts'
import type { Sample } from './ship/stopwatch.ts'
import type { Workload, WorkloadPlace } from './ship/workload.ts'

/** The workloads by the cases that they time. */
const workloads: readonly {
  readonly ids: readonly string[]
  readonly make: (place: WorkloadPlace) => Promise<Workload>
}[] = [
  { ids: ['W9a', 'W9b', 'W9c'], make: exportAndPush },
  { ids: ['W10'], make: pullAndUnpack },
  { ids: ['W3p'], make: coldBuild },
]

const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith('--'))
const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 3)
const program = process.env['SLIPWAY_PROGRAM'] ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const builders = [slipwayBuilder(program), buildkitBuilder()].filter((builder) => builder !== undefined)
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const scratch = mkdtempSync(join(process.env['SLIPWAY_BENCH_DIR'] ?? memory, 'slipway-bench-'))
try {
  const measured: Measured[] = []
  for (const { ids, make } of workloads) {
    if (wanted.length > 0 && !ids.some((id) => wanted.includes(id))) continue
    measured.push(...(await measure(make, join(scratch, ids.join('-')))))
  }
  const versions = builders.map((builder) => `${builder.name}: ${builder.version}`)
  const text = resultsText(measured, { rounds, versions })
  console.log(text)
  if (words.includes('--write')) writeSection(fileURLToPath(new URL('RESULTS.md', import.meta.url)), text)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function measure(
  make: (place: WorkloadPlace) => Promise<Workload>,
  directory: string,
): Promise<readonly Measured[]> {
  const bases = await startDockerRegistry(join(directory, 'bases'))
  try {
    const workload = await make({ directory, registry: bases.host })
    const { cases } = workload
    const samples = new Map(
      cases.map(({ id }) => [id, new Map(builders.map(({ name }) => [name, [] as Sample[]]))] as const),
    )
    const limits = new Map(cases.map(({ id }) => [id, [] as number[]]))
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? builders : [...builders].reverse()
      for (const builder of order)
        await oneRound(builder, workload, join(directory, 'round'), (id, sample) => {
          samples.get(id)?.get(builder.name)?.push(sample)
          console.error(`${id} ${builder.name}: ${sample.seconds.toFixed(2)} s, cpu ${sample.cpu.toFixed(2)} s`)
        })
      for (const [id, seconds] of Object.entries(await oneLimit(workload, join(directory, 'limit'))))
        limits.get(id)?.push(seconds)
    }
    return cases.map((one) => ({ ...one, samples: samples.get(one.id) ?? new Map(), limits: limits.get(one.id) ?? [] }))
  } finally {
    await bases.close()
  }
}

async function oneRound(
  builder: Builder,
  workload: Workload,
  directory: string,
  note: (id: string, sample: Sample) => void,
): Promise<void> {
  const registry = await startDockerRegistry(join(directory, 'registry'))
  const running = await builder.start(join(directory, 'storage'))
  try {
    await workload.round(
      { builder: running, directory: join(directory, String(Date.now())), registry: registry.host },
      note,
    )
  } finally {
    await running.stop()
    await registry.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function oneLimit(workload: Workload, directory: string): Promise<Readonly<Record<string, number>>> {
  const registry = await startDockerRegistry(join(directory, 'registry'))
  try {
    return await workload.limits(join(directory, 'work'), registry.host)
  } finally {
    await registry.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
