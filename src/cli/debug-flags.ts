import { buildFlags } from './build-flags.ts'
import type { ArgumentSpec, CommandSpec, FlagSpec } from './flags.ts'

const placeFlags: readonly FlagSpec[] = [
  {
    name: 'stage',
    kind: 'string',
    value: 'STAGE[:LINE]',
    summary: 'Stop at the end of this stage, or before the instruction in this line of it',
  },
  {
    name: 'before',
    kind: 'string',
    value: '[FILE:]LINE',
    summary: 'Stop before the instruction in this line of the Dockerfile',
  },
  {
    name: 'after',
    kind: 'string',
    value: '[FILE:]LINE',
    summary: 'Stop after the instruction in this line, whether it fails or not',
  },
]

const shellFlags: readonly FlagSpec[] = [
  { name: 'user', short: 'u', kind: 'string', value: 'USER[:GROUP]', summary: 'Be another user than the step' },
  { name: 'workdir', short: 'w', kind: 'string', value: 'DIRECTORY', summary: 'Be in another directory' },
  { name: 'env', short: 'e', kind: 'pairs', value: 'NAME[=VALUE]', summary: 'Set a variable' },
  {
    name: 'toolbox',
    kind: 'string',
    value: 'PATH|IMAGE',
    summary: 'Where programs for images without a shell come from: a static busybox, or an image that has one',
  },
]

/** What a build does with its result; accepted, so that `build` in a command line can be replaced by `debug`. */
const ofResult = [
  'tag',
  'output',
  'check-reproducible',
  'quiet',
  'push',
  'provenance',
  'sbom',
  'attest',
  'annotation',
  'cache-from',
  'cache-to',
  'load',
  'iidfile',
  'metadata-file',
]
const notHere = ['call', 'check']

/** Flags of `slipway debug`: where to stop, what to be, and all of `slipway build`. */
const debugFlags: readonly FlagSpec[] = [
  ...placeFlags,
  ...shellFlags,
  ...buildFlags
    .filter(({ name }) => !notHere.includes(name))
    .map((flag): FlagSpec => {
      if (!ofResult.includes(flag.name)) return flag
      const why = flag.name === 'cache-from' ? 'debug looks into the cache of this machine' : 'debug makes no image'
      return { ...flag, summary: `Ignored: ${why}`, hidden: true, status: { kind: 'ignored', why } }
    }),
]

/** `slipway debug` */
export function debugCommand(context: ArgumentSpec): CommandSpec {
  return {
    name: 'debug',
    group: 'Build',
    summary: 'Open a shell in a build: in a stage, before or after an instruction, or where it fails',
    details: [
      'Takes the flags of `slipway build`, builds what is needed, and then runs a shell or the command behind -- as RUN would run there: with its variables, user, directory, network and mounts. Without --stage, --before and --after that is where the build fails, with the files that the failed command has left, or the end of the target.',
      'No image is made, and changes are thrown away, except in cache mounts. In images without a shell, busybox is mounted at /dev/slipway/toolbox. The exit code is that of the shell or command.',
    ],
    args: [context],
    behindDashes: 'COMMAND...',
    flags: debugFlags,
    examples: [
      { command: 'slipway debug .', what: 'a shell where the build fails, or at the end of the last stage' },
      { command: 'slipway debug --before Dockerfile:12 .', what: 'a shell in front of an instruction' },
      { command: 'slipway debug --stage build . -- ls -la /out', what: 'run a command at the end of a stage' },
    ],
  }
}
