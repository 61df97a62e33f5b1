import { executionFlags, planFlags, progressFlag, stepFlags } from './build-flags.ts'
import type { FlagSpec } from './flags.ts'

const named: readonly string[] = ['target', 'network', 'secret', 'ssh', 'allow']

/** What `fix --prove` takes from `build`. */
export const proveFlags: readonly FlagSpec[] = [
  ...[...planFlags, ...stepFlags].filter(({ name }) => named.includes(name)),
  progressFlag,
  ...executionFlags,
]
