import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutBusybox } from '../../kit/busybox.ts'
import { openWorkbench, type Workbench } from '../../kit/workbench.ts'
import { provideBases } from './bases.ts'
import { difference } from './compare.ts'
import { dialectOf } from './dialect.ts'
import { type DockerBuilder, dockerBuilder } from './docker-builder.ts'
import { type DockerDaemon, openDocker } from './docker-daemon.ts'
import { explain } from './known-differences.ts'
import { type RandomBuild, randomBuild } from './random-build.ts'
import { unusual } from './random-context.ts'
import { type Results, tryBuild } from './try-build.ts'

// The same builds each time unless asked otherwise, so that a change is not blamed for what it has not done.
const given = process.env.SLIPWAY_DIFF_SEED ?? '3'
const seed = given === 'random' ? Date.now() % 2 ** 31 : Number(given)
const shrinkPath = process.env.SLIPWAY_DIFF_PATH
const runs = Number(process.env.SLIPWAY_DIFF_RUNS ?? 60)
const seconds = Number(process.env.SLIPWAY_DIFF_SECONDS ?? 45)

const obstacle = withoutBusybox() ?? (process.getuid?.() === 0 ? undefined : 'owners of files need root')

describe('random builds', () => {
  let bench: Workbench | undefined
  let daemon: DockerDaemon | undefined
  let reference: DockerBuilder | undefined
  let trouble = obstacle
  const counts = new Map<string, number>()
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)

  const open = async (): Promise<string | undefined> => {
    bench = await openWorkbench('differential')
    const opened = await openDocker(path.join(bench.dir, 'docker'))
    if (typeof opened === 'string') return opened
    daemon = opened
    reference = dockerBuilder(daemon.host, bench.place('client'))
    await provideBases(bench, reference)
    // Where a daemon starts, its containers may not.
    const first = { dockerfile: 'FROM diff-base\nRUN :\n', files: {}, args: [] }
    const { reference: result } = await tryBuild(first, reference, { bench, since: 0 })
    return result.kind === 'image'
      ? undefined
      : `${reference.name} cannot run commands here: ${result.said.slice(-500)}`
  }

  beforeAll(async () => {
    trouble ??= await open()
    if (trouble !== undefined) console.warn(`differential test: skipped, ${trouble}`)
  })
  afterAll(async () => {
    await daemon?.stop()
    bench?.remove()
  })

  test('give the same files and configuration as with BuildKit, or fail with both', async ({ skip }) => {
    if (bench === undefined || reference === undefined || trouble !== undefined) return skip(trouble)
    const dialect = dialectOf(reference.version)
    const place = { bench, since: Math.floor(Date.now() / 1000) - 24 * 3600 }
    const builder = reference
    console.log(`differential test: ${builder.name}; to repeat it: SLIPWAY_DIFF_SEED=${seed}`)
    // Not the limit of fast-check, which would leave a build behind that needs the daemon.
    const end = Date.now() + seconds * 1000
    const agrees = async (build: RandomBuild): Promise<void> => {
      if (Date.now() > end) return count('not tried for lack of time')
      const results = await tryBuild(build, builder, place)
      const differing = difference(results.reference, results.slipway)
      if (differing === undefined) return count(sameEnd(results))
      const known = explain(results, build, dialect)
      if (known === undefined) throw new Error(differing)
      for (const name of known) count(`as known (${name})`)
    }
    const details = await fc.check(fc.asyncProperty(randomBuild(dialect), agrees), {
      seed,
      ...(shrinkPath === undefined ? {} : { path: shrinkPath }),
      numRuns: runs,
    })
    console.log(`differential test: ${[...counts].map(([what, number]) => `${number} ${what}`).join(', ')}`)
    expect(details.failed ? report(details) : undefined).toBeUndefined()
  })
})

function sameEnd({ reference }: Results): string {
  return reference.kind === 'image' ? 'built to the same image' : 'failed with both'
}

/** The smallest build that still differs, and how to come back to it. */
function report({ counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[RandomBuild]>): string {
  const [build] = counterexample ?? []
  if (build === undefined) return String(errorInstance)
  return [
    `Slipway and BuildKit differ; SLIPWAY_DIFF_SEED=${seed} SLIPWAY_DIFF_PATH=${counterexamplePath} repeats it`,
    build.dockerfile,
    `arguments: ${JSON.stringify(build.args)}`,
    unusual(build.files),
    '- only BuildKit, + only Slipway:',
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
  ].join('\n')
}
