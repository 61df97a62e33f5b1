import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Builder } from './builder.ts'
import { buildkitBuilder } from './buildkit-builder.ts'
import { slipwayBuilder } from './slipway-builder.ts'
import type { PlannedWorkload } from './workload.ts'

export interface Settings {
  readonly rounds: number
  /** Whether the result goes into RESULTS.md whatever was measured. */
  readonly isWritten: boolean
  readonly isQuick: boolean
  /** Whether a file system in memory is mounted for everything. */
  readonly isInMemory: boolean
  /** Empty for all. */
  readonly wanted: readonly string[]
}

/** The command line of a benchmark: `[CASE...] [--only=CASE,...] [--rounds=3] [--ram] [--quick] [--write]`. */
export function readSettings(args: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      ram: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a number from 1 on, not ${values.rounds}`)
  const wanted = [...positionals, ...values.only.split(',')].filter((id) => id !== '')
  return { rounds, wanted, isWritten: values.write, isQuick: values.quick, isInMemory: values.ram }
}

/** Those that time a wanted case: `W4a` or, for all of W4, `W4`. */
export function chosen(workloads: readonly PlannedWorkload[], wanted: readonly string[]): readonly PlannedWorkload[] {
  const isMeant = (id: string, name: string): boolean => name === id || name === id.replace(/[a-z]$/, '')
  for (const name of wanted)
    if (!workloads.some(({ ids }) => ids.some((id) => isMeant(id, name)))) throw new Error(`${name} is no case here`)
  if (wanted.length === 0) return workloads
  return workloads.filter(({ ids }) => ids.some((id) => wanted.some((name) => isMeant(id, name))))
}

/** Slipway as it was bundled (SLIPWAY_PROGRAM, else dist in the repository), and BuildKit where it is there. */
export function findBuilders(repository: string): readonly Builder[] {
  const program = process.env['SLIPWAY_PROGRAM'] ?? join(repository, 'dist/cli/main.js')
  return [slipwayBuilder(program), buildkitBuilder()].filter((builder) => builder !== undefined)
}
