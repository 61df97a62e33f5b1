import { executionFlags, planFlags, progressFlag, stepFlags } from './build-flags.ts'
import type { FlagSpec } from './flags.ts'

const named: readonly string[] = ['target', 'network', 'secret', 'ssh', 'allow']

/** What `check --level build` takes from `build`. */
export const credentialFlags: readonly FlagSpec[] = stepFlags.filter(({ name }) => name === 'secret' || name === 'ssh')

/** What `fix --prove` takes from `build`. */
export const proveFlags: readonly FlagSpec[] = [
  ...[...planFlags, ...stepFlags].filter(({ name }) => named.includes(name)),
  progressFlag,
  ...executionFlags,
]
