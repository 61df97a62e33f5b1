import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Workload, WorkloadPlace } from '../side-by-side/workload.ts'
import { keep, makeLocal, type Scale, scaled, smallBase, write } from './builds.ts'
import { emptyContainers, known, nodeStart } from './limits.ts'

/** W6: a chain of steps that cost nothing but themselves. */
export async function cheapSteps(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const count = scaled(60, scale)
  return {
    cases: [
      { id: 'W6', what: '60 times RUN true, cold', aim: 0.33, limit: 'node -e 0, and 60 empty containers by crun' },
      { id: 'W6n', what: 'nothing changed', aim: 1, limit: 'node -e 0' },
    ],
    async round(round, note) {
      await makeLocal(base, round)
      const name = randomUUID()
      const steps = Array.from({ length: count }, (_, n) => `RUN true "${name}-${n}"\n`)
      write(join(context, 'Dockerfile'), `FROM ${base}\n${steps.join('')}`)
      note('W6', await keep(round.builder, context))
      for (let time = 0; time < 2; time += 1) note('W6n', await keep(round.builder, context))
    },
    async limits(work) {
      const node = await nodeStart()
      return known({ W6: [node, await emptyContainers(count, work)], W6n: [node] })
    },
  }
}

/** W7: stages that do not need each other. */
export async function independentStages(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const stages = Array.from({ length: 8 }, (_, n) => `s${n}`)
  const what = '8 stages of RUN sleep 1, and one that copies from all'
  const limit = 'node -e 0, one sleep, and 4 empty containers by crun: 8 on two processors'
  return {
    cases: [{ id: 'W7', what, aim: 0.7, limit }],
    async round(round, note) {
      await makeLocal(base, round)
      const name = randomUUID()
      const step = (stage: string) => `FROM ${base} AS ${stage}\nRUN sleep ${scale} && echo ${name} > /${stage}\n`
      const copy = (stage: string) => `COPY --from=${stage} /${stage} /of/${stage}\n`
      write(join(context, 'Dockerfile'), `${stages.map(step).join('')}FROM ${base}\n${stages.map(copy).join('')}`)
      note('W7', await keep(round.builder, context))
    },
    async limits(work) {
      return known({ W7: [await nodeStart(), scale, await emptyContainers(stages.length / 2, work)] })
    },
  }
}
