import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { blobFiles, pushBase } from '../side-by-side/base-image.ts'
import { dice, sourceText, writeFiles } from '../side-by-side/content.ts'
import { run, type Sample, timed } from '../side-by-side/stopwatch.ts'
import type { Case, Workload, WorkloadPlace } from '../side-by-side/workload.ts'

const cases: readonly Case[] = [
  {
    id: 'W9a',
    what: 'a built image (8,000 files, 130 MB, and its base) to an OCI archive with gzip layers',
    aim: 0.4,
    limit: 'node -e 0, and gzip -6 of the new layers on all processors',
  },
  {
    id: 'W9b',
    what: 'then pushed to an empty registry',
    aim: 1,
    limit: 'node -e 0, and curl sending all blobs side by side',
  },
  {
    id: 'W9c',
    what: 'pushed again after one source file was changed: one layer of 300 files is new',
    aim: 0.7,
    limit: 'node -e 0, and curl sending the new layer',
  },
]

/** One layer of 9,500 files, 133 MB. */
export const applicationBase = { layers: 1, directoriesPerLayer: 190, filesPerDirectory: 50, meanSize: 14_000 }

/** The application of W9: installed packages, and built files of their own, on a base that came from a registry. */
export async function exportAndPush({ directory, registry }: WorkloadPlace): Promise<Workload> {
  const base = await pushBase(registry, 'base', applicationBase, directory)
  const context = join(directory, 'context')
  writeContext(context, base)
  let archive: string | undefined
  return {
    cases,
    async round({ builder, directory: work, registry: target }, note) {
      writeChange(context, 'first')
      await builder.build({ context, output: { kind: 'kept' } })
      archive = join(directory, 'app.tar')
      note('W9a', await builder.build({ context, output: { kind: 'oci', file: archive } }))
      const name = `${target}/app:1`
      note('W9b', await builder.build({ context, output: { kind: 'push', name } }))
      writeChange(context, work)
      await builder.build({ context, output: { kind: 'kept' } })
      note('W9c', await builder.build({ context, output: { kind: 'push', name } }))
    },
    limits: (work, target) => limits({ context, archive: archive ?? '', work, target }),
  }
}

/** The packages come out of one file, as they would out of a network: walking the context is not what is measured here. */
export function writeContext(context: string, base: string): void {
  const pool = sourceText(dice(7), 2_000_000)
  const packages = join(context, 'packages')
  writeFiles(packages, { directories: 400, perDirectory: 20, mean: 15_000, pool })
  execFileSync('tar', ['-C', packages, '-cf', join(context, 'packages.tar'), '.'])
  rmSync(packages, { recursive: true })
  writeFiles(join(context, 'src'), { directories: 1, perDirectory: 300, mean: 20_000, pool })
  const lines = [
    `FROM ${base} AS base`,
    'WORKDIR /app',
    'FROM base AS packages',
    'RUN --mount=source=packages.tar,target=/packages.tar mkdir node_modules && tar -xf /packages.tar -C node_modules',
    'FROM base AS build',
    'COPY src/ ./src/',
    'RUN mkdir dist && cp src/d0000/* dist/',
    'FROM base',
    'COPY --from=packages /app/node_modules ./node_modules',
    'COPY --from=build /app/dist ./dist',
    'CMD ["main"]',
  ]
  writeFileSync(join(context, 'Dockerfile'), `${lines.join('\n')}\n`)
}

function writeChange(context: string, what: string): void {
  writeFileSync(join(context, 'src/d0000/f0'), `${what}\n`.repeat(40))
}

interface LimitPlace {
  readonly context: string
  readonly archive: string
  readonly work: string
  readonly target: string
}

async function limits({ context, archive, work, target }: LimitPlace): Promise<Readonly<Record<string, number>>> {
  mkdirSync(work, { recursive: true })
  const node = (await timed({ argv: [process.execPath, '-e', '0'] })).seconds
  const tar = join(work, 'layers.tar')
  copyFileSync(join(context, 'packages.tar'), tar)
  await run({ argv: ['tar', '-C', context, '-rf', tar, 'src'] })
  const processors = availableParallelism()
  await run({ argv: ['split', '-n', String(processors), tar, `${tar}.`] })
  const compress = `for part in "$1".*; do gzip -6 -c "$part" >/dev/null & done; wait`
  const gzip = await timed({ argv: ['sh', '-c', compress, 'sh', tar] })
  const blobs = blobFiles(archive, join(work, 'layout'))
  const all = await sending(blobs, target)
  const newest = await sending(blobs.slice(-1), target)
  return { W9a: node + gzip.seconds, W9b: node + all.seconds, W9c: node + newest.seconds }
}

function sending(files: readonly string[], target: string): Promise<Sample> {
  const one = [
    `url=$(curl -sD- -o/dev/null -X POST http://${target}/v2/limit/blobs/uploads/ | tr -d '\\r' | sed -n 's/^Location: //p')`,
    `curl -sf -o/dev/null -T "$1" -H 'Content-Type: application/octet-stream' "$url&digest=sha256:$(basename "$1")"`,
  ].join(' && ')
  const each = `send() { ${one}; }; for file; do send "$file" & done; wait`
  return timed({ argv: ['sh', '-c', each, 'sh', ...files] })
}
