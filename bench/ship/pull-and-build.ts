import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { layerUrls, pushBase } from '../side-by-side/base-image.ts'
import { applicationBase, writeContext } from './export-and-push.ts'
import { timed } from '../side-by-side/stopwatch.ts'
import type { Workload, WorkloadPlace } from '../side-by-side/workload.ts'

/** A base of 33,000 files in three layers, about 540 MB unpacked and half of that compressed, and a step that does nothing. */
export async function pullAndUnpack({ directory, registry }: WorkloadPlace): Promise<Workload> {
  const shape = { layers: 3, directoriesPerLayer: 110, filesPerDirectory: 100, meanSize: 16_000 }
  const base = await pushBase(registry, 'big', shape, directory)
  const context = join(directory, 'context')
  mkdirSync(context, { recursive: true })
  writeFileSync(join(context, 'Dockerfile'), `FROM ${base}\nRUN true\n`)
  const what = 'FROM a base of 540 MB in 33,000 files and RUN true, nothing stored'
  const limit = 'node -e 0, and curl, gzip -d and tar for all layers side by side'
  return {
    cases: [{ id: 'W10', what, aim: 0.5, limit }],
    round: async ({ builder }, note) => note('W10', await builder.build({ context, output: { kind: 'kept' } })),
    limits: async (work) => ({ W10: (await nodeSeconds()) + (await unpackSeconds(base, work)) }),
  }
}

/** The application of W9, with nothing stored: its base is pulled, too. */
export async function coldBuild({ directory, registry }: WorkloadPlace): Promise<Workload> {
  const base = await pushBase(registry, 'base', applicationBase, directory)
  const context = join(directory, 'context')
  writeContext(context, base)
  const what = 'the application of W9 built with nothing stored, base pulled'
  const limit = 'node -e 0, the base by curl, gzip -d and tar, and the packages by tar'
  return {
    cases: [{ id: 'W3p', what, aim: 0.5, limit }],
    round: async ({ builder }, note) => note('W3p', await builder.build({ context, output: { kind: 'kept' } })),
    limits: async (work) => {
      const pulled = (await nodeSeconds()) + (await unpackSeconds(base, work))
      const packages = await timed({ argv: ['tar', '-C', work, '-xf', join(context, 'packages.tar')] })
      return { W3p: pulled + packages.seconds }
    },
  }
}

async function nodeSeconds(): Promise<number> {
  return (await timed({ argv: [process.execPath, '-e', '0'] })).seconds
}

async function unpackSeconds(base: string, work: string): Promise<number> {
  mkdirSync(work, { recursive: true })
  const one = `mkdir "$1" && curl -sf "$2" | gzip -dc | tar -xf - -C "$1"`
  const each = `unpack() { ${one}; }; n=0; for url; do n=$((n + 1)); unpack "$n" "$url" & done; wait`
  return (await timed({ argv: ['sh', '-c', each, 'sh', ...(await layerUrls(base))], cwd: work })).seconds
}
