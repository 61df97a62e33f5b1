import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pushBase } from '../side-by-side/base-image.ts'
import type { RunningBuilder } from '../side-by-side/builder.ts'
import type { Sample } from '../side-by-side/stopwatch.ts'
import type { Round, WorkloadPlace } from '../side-by-side/workload.ts'

/** A part of every number of files, packages and bytes; 1 for a measurement. */
export type Scale = number

export function scaled(number: number, scale: Scale): number {
  return Math.ceil(number * scale)
}

/** Busybox and 40 files: where a base is only there to begin with something. */
export function smallBase({ registry, directory }: WorkloadPlace): Promise<string> {
  const shape = { layers: 1, directoriesPerLayer: 2, filesPerDirectory: 20, meanSize: 4000 }
  return pushBase(registry, 'small', shape, directory)
}

/** Lets a builder pull a base, so that a cold build finds it. */
export async function makeLocal(base: string, { builder, directory }: Round): Promise<void> {
  const context = join(directory, 'warm')
  write(join(context, 'Dockerfile'), `FROM ${base}\nRUN true\n`)
  await keep(builder, context)
}

/** A build whose image stays where the builder keeps images. */
export function keep(builder: RunningBuilder, context: string, isMemoryWatched = false): Promise<Sample> {
  return builder.build({ context, output: { kind: 'kept' }, isMemoryWatched })
}

/** Writes a file of a context with its directory. */
export function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
