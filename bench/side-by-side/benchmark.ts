import { join } from 'node:path'
import { interruption } from './interruption.ts'
import { resultsText, writeSection } from './results.ts'
import { measureAll } from './rounds.ts'
import { makeScratch } from './scratch.ts'
import { chosen, findBuilders, readSettings, type Settings } from './settings.ts'
import type { PlannedWorkload } from './workload.ts'

export interface Benchmark {
  /** As in `npm run bench:NAME`, and of its section in RESULTS.md. */
  readonly name: string
  readonly repository: string
  /** Where the scratch directory is made. */
  readonly scratchParent: string
  workloads(settings: Settings): readonly PlannedWorkload[]
  /** Whether a section is written without being asked for once everything was measured in full with two builders. */
  readonly isWrittenWhenWhole: boolean
}

/** Runs what the command line asks for, prints the table, and leaves nothing behind, also when it is interrupted. */
export async function runBenchmark(benchmark: Benchmark): Promise<void> {
  const settings = readSettings(process.argv.slice(2))
  const builders = findBuilders(benchmark.repository)
  const all = benchmark.workloads(settings)
  const workloads = chosen(all, settings.wanted)
  const scratch = makeScratch(benchmark.scratchParent, settings.isInMemory)
  try {
    const measured = await measureAll(workloads, { builders, rounds: settings.rounds, scratch: scratch.directory })
    const versions = builders.map((builder) => `${builder.name}: ${builder.version}`)
    const text = resultsText(measured, { ...settings, versions })
    console.log(text)
    const isWhole = workloads.length === all.length && !settings.isQuick && builders.length > 1
    if (settings.isWritten || (benchmark.isWrittenWhenWhole && isWhole))
      writeSection(join(benchmark.repository, 'bench/RESULTS.md'), benchmark.name, text)
  } catch (error) {
    if (!interruption.aborted) throw error
    console.error(String(interruption.reason))
    process.exitCode = 130
  } finally {
    scratch.remove()
  }
}
