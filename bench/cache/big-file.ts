import { randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, Workload, WorkloadPlace } from '../side-by-side/workload.ts'
import { keep, makeLocal, type Scale, scaled, smallBase, write } from './builds.ts'
import { copied, hashedByNode, nodeStart } from './limits.ts'

const cases: readonly Case[] = [
  { id: 'W5a', what: 'a file of 1 GiB copied cold', aim: 0.25, limit: 'the longer one of node hashing it and cp' },
  { id: 'W5b', what: 'nothing changed', aim: 1, limit: 'node -e 0' },
  { id: 'W5c', what: 'only its time changed', aim: 0.05, limit: 'node hashing it' },
]

/** W5: one big file that does not compress. */
export async function bigFile(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const file = join(context, 'big')
  mkdirSync(context, { recursive: true })
  writeNoise(file, scaled(1024, scale))
  write(join(context, 'Dockerfile'), `FROM ${base}\nCOPY big /big\n`)
  return {
    cases,
    async round(round, note) {
      const build = () => keep(round.builder, context, true)
      await makeLocal(base, round)
      note('W5a', await build())
      for (let time = 0; time < 3; time += 1) note('W5b', await build())
      utimesSync(file, new Date(), new Date())
      note('W5c', await build())
    },
    async limits(work) {
      mkdirSync(work, { recursive: true })
      const hash = await hashedByNode(file)
      const copy = await copied(file, join(work, 'copy'), '-a')
      return { W5a: Math.max(hash, copy), W5b: await nodeStart(), W5c: hash }
    },
  }
}

function writeNoise(path: string, mebibytes: number): void {
  const file = openSync(path, 'w')
  const buffer = Buffer.alloc(1 << 20)
  for (let written = 0; written < mebibytes; written += 1) writeSync(file, randomFillSync(buffer))
  closeSync(file)
}
