import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leftovers, leftoversOnceSettled } from '../kit/leftovers.ts'
import { startSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const kills = 20

let disturbed: Workbench
let quiet: Workbench
beforeAll(async () => {
  disturbed = await openWorkbench('crash')
  quiet = await openWorkbench('quiet')
})
afterAll(() => {
  disturbed.remove()
  quiet.remove()
})

const files = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`src/${index % 7}/${index}`, `${index}\n`]))

/** Every round runs every step anew, because the first of them leaves another file. */
const dockerfile = [
  'FROM bb AS sources',
  'ARG ROUND',
  'RUN echo $ROUND > /round',
  'COPY src /src',
  'RUN --mount=type=cache,id=shared,target=/c (sleep 77 & sleep 78 &); cp -r /src /c/$ROUND; sleep 0.1; cat $(find /src -type f | sort) > /sum',
  'FROM bb AS other',
  'ARG ROUND',
  'RUN --mount=type=cache,id=locked,target=/c,sharing=locked echo $ROUND > /c/round; sleep 0.2; cp /c/round /other; sh -c "trap \'\' TERM HUP; sleep 79" &',
  'FROM bb',
  'COPY --from=sources /src /src',
  'COPY --from=sources /sum /round /',
  'COPY --from=other /other /other',
  'RUN mkdir -p /d && chown -R 1000:1000 /src && ln /sum /d/link && rm -r /src/3',
].join('\n')

/** mulberry32: the same seed kills at the same moments. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test(`a build killed at ${kills} random moments leaves a usable store, no process and no mount`, async () => {
  const seed = Number(process.env.SLIPWAY_TEST_SEED ?? Date.now() % 1_000_000)
  console.log(`SLIPWAY_TEST_SEED=${seed}`)
  const next = random(seed)
  const context = disturbed.context({ ...files, Dockerfile: dockerfile })
  const started = performance.now()
  await disturbed.build(dockerfile, ['-o', `type=oci,dest=${disturbed.place('first')}`, '--build-arg', 'ROUND=first'], {
    context,
  })
  const span = performance.now() - started

  for (let round = 0; round < kills; round += 1) {
    const args = ['--build-arg', `ROUND=${round}`, '-o', `type=oci,dest=${disturbed.place('killed')}`, context]
    const child = startSlipway(['build', ...args], { root: disturbed.root })
    const ended = once(child, 'exit')
    child.stdin?.end()
    child.stdout?.resume()
    child.stderr?.resume()
    await sleep(next() * span)
    child.kill('SIGKILL')
    await ended
    expect(await leftoversOnceSettled(disturbed.dir), `after kill ${round}`).toEqual([])
    await disturbed.build(dockerfile, ['--build-arg', `ROUND=${round}`], { context })
  }

  const ids = await Promise.all(
    [disturbed, quiet].map(async (bench) => {
      const iidfile = bench.place('id')
      await bench.build(dockerfile, ['--build-arg', 'ROUND=last', '--iidfile', iidfile], {
        context,
        env: { SOURCE_DATE_EPOCH: '1700000000' },
      })
      return readFileSync(iidfile, 'utf8')
    }),
  )
  expect(ids[0]).toBe(ids[1])
  expect(readdirSync(path.join(disturbed.root, 'tmp'))).toEqual([])
  expect(leftovers(disturbed.dir)).toEqual([])
})
