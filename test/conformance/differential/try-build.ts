import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Workbench } from '../../kit/workbench.ts'
import { type Builder, slipwayBuilder } from '../builders.ts'
import { writeFiles } from '../write-files.ts'
import { readResult, type Result } from './compare.ts'
import type { RandomBuild } from './random-build.ts'

/** Both results of one build. */
export interface Results {
  readonly reference: Result
  readonly slipway: Result
}

/** Builds with both, at the same time. Times of files from `since` on (seconds) are not told apart. */
export async function tryBuild(
  build: RandomBuild,
  reference: Pick<Builder, 'build'>,
  { bench, since }: { readonly bench: Workbench; readonly since: number },
): Promise<Results> {
  const directory = bench.place('random')
  const context = path.join(directory, 'context')
  mkdirSync(context, { recursive: true })
  try {
    writeFileSync(path.join(directory, 'Dockerfile'), build.dockerfile)
    writeFiles(context, build.files)
    const input = { args: ['-f', 'Dockerfile', ...build.args, 'context'], cwd: directory }
    const result = async (builder: Pick<Builder, 'build'>, name: string): Promise<Result> => {
      const archive = path.join(directory, name)
      return readResult(await builder.build(archive, input), archive, since)
    }
    const [theirs, ours] = await Promise.all([
      result(reference, 'reference.tar'),
      result(slipwayBuilder(bench), 'slipway.tar'),
    ])
    return { reference: theirs, slipway: ours }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
