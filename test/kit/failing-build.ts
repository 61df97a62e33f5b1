import { expect } from 'vitest'
import type { TreeSpec } from './file-tree.ts'
import { type RunOptions, runSlipway } from './slipway.ts'
import type { Workbench } from './workbench.ts'

export interface FailingBuild extends Partial<RunOptions> {
  readonly files?: TreeSpec
  readonly args?: readonly string[]
  /** Instead of `.`, the directory of the files. */
  readonly where?: string
}

/**
 * Runs a build that fails, in the directory of its files, and returns its exit code and all that it says, with the names
 * of this run's directories taken out. Fails the test when a stack trace is among it, or anything is on standard output.
 */
export async function failingBuild(
  bench: Workbench,
  dockerfile: string,
  { files, args = [], where = '.', ...run }: FailingBuild = {},
): Promise<string> {
  const cwd = bench.context({ Dockerfile: dockerfile, ...files })
  const env = { BUILDKIT_PROGRESS: 'quiet', ...run.env }
  const { code, stdout, stderr } = await runSlipway(['build', ...args, ...(where === '' ? [] : [where])], {
    root: bench.root,
    cwd,
    ...run,
    env,
  })
  expect(stdout).toBe('')
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  const plain = stderr
    .replaceAll(run.root ?? bench.root, 'ROOT')
    .replaceAll(cwd, 'CONTEXT')
    .replaceAll(bench.dir, 'BENCH')
    .replace(/logs\/\d{8}T\d{6}-[0-9a-f]+/g, 'logs/BUILD')
  // The port changes the width of what is underlined.
  const stable = plain
    .replace(/127\.0\.0\.1:\d+/g, 'REGISTRY')
    .replace(/\^+/g, plain.includes('127.0.0.1') ? '^' : '$&')
  return `${stable}exit ${code}`
}
