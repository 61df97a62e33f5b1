import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Workload, WorkloadPlace } from '../side-by-side/workload.ts'
import { keep, makeLocal, type Scale, scaled, smallBase, write } from './builds.ts'
import { awk, copied, nodeStart } from './limits.ts'
import { writeTools } from './node-application.ts'

/** W8: a tree that a cached stage made, copied onto something that changed. */
export async function copiedTree(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const directories = String(scaled(300, scale))
  const shape = [directories, '100', '2000']
  writeTools(context)
  const lines = [
    `FROM ${base} AS made`,
    'COPY tools/ /tools/',
    `RUN awk -f /tools/grow.awk /tools/text /tree ${shape.join(' ')}`,
    `FROM ${base}`,
    'COPY marker /marker',
    'COPY --from=made /tree /tree',
  ]
  write(join(context, 'Dockerfile'), `${lines.join('\n')}\n`)
  const mark = () => write(join(context, 'marker'), randomUUID())
  const what = 'COPY --from of 30,000 files, 60 MB, onto a changed layer; they are cached'
  return {
    cases: [{ id: 'W8', what, aim: 0.2, limit: 'node -e 0, and cp -al of the files' }],
    async round(round, note) {
      await makeLocal(base, round)
      mark()
      await keep(round.builder, context)
      for (let time = 0; time < 2; time += 1) {
        mark()
        note('W8', await keep(round.builder, context, true))
      }
    },
    async limits(work) {
      mkdirSync(work, { recursive: true })
      const tree = join(work, 'tree')
      await awk(join(context, 'tools/grow.awk'), join(context, 'tools/text'), tree, ...shape)
      return { W8: (await nodeStart()) + (await copied(tree, join(work, 'links'), '-al')) }
    },
  }
}
