import { SlipwayError } from '../../core/index.ts'
import type { RuntimeConfig } from '../../oci/index.ts'
import type { RunJob } from '../worker/worker-methods.ts'

/** What the command line changes of an image's configuration. */
export interface ContainerChanges {
  /** Replaces CMD when it is not empty. */
  readonly command: readonly string[]
  /** Absent: as the image has it; empty: none. Replacing it drops the image's CMD, as in docker. */
  readonly entrypoint?: string
  /** `NAME=value`, later ones win. */
  readonly env: readonly string[]
  readonly user?: string
  readonly workdir?: string
  readonly hostname: string
}

export interface ContainerCommand {
  readonly argv: readonly string[]
  /** `NAME=value` */
  readonly env: readonly string[]
  readonly cwd: string
  readonly user: string
}

/** A container that nobody sits before: what it says comes as notes. */
export const unattended = {
  volumes: [],
  tmpfs: [],
  extraHosts: [],
  stdin: false,
  terminal: false,
  captured: true,
} as const satisfies Partial<RunJob>

/** The process that a container of an image starts with. Throws `usage` when nothing says what to run. */
export function containerCommand(config: RuntimeConfig, changes: ContainerChanges): ContainerCommand {
  const entrypoint = changes.entrypoint === undefined ? (config.Entrypoint ?? []) : entrypointOf(changes.entrypoint)
  const fallback = changes.entrypoint === undefined ? (config.Cmd ?? []) : []
  const argv = [...entrypoint, ...(changes.command.length > 0 ? changes.command : fallback)]
  if (argv.length === 0) {
    throw new SlipwayError('usage', 'there is nothing to run: the image has neither ENTRYPOINT nor CMD', {
      hint: 'write the command after the image: slipway run IMAGE COMMAND',
    })
  }
  return {
    argv,
    env: mergedEnvironment([...(config.Env ?? []), `HOSTNAME=${changes.hostname}`, ...changes.env]),
    cwd: absolute(changes.workdir ?? config.WorkingDir ?? ''),
    user: changes.user ?? config.User ?? '',
  }
}

function entrypointOf(text: string): readonly string[] {
  return text === '' ? [] : [text]
}

/** The last value of a name counts and stands where the first one stood. */
function mergedEnvironment(pairs: readonly string[]): readonly string[] {
  const values = new Map<string, string>()
  for (const pair of pairs) values.set(pair.split('=', 1)[0] ?? '', pair)
  return [...values.values()]
}

function absolute(workdir: string): string {
  if (workdir === '') return '/'
  if (workdir.startsWith('/')) return workdir
  throw new SlipwayError('bad-option-value', `the working directory ${JSON.stringify(workdir)} is not absolute`)
}
