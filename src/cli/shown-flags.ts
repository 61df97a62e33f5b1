import type { FlagSpec } from './flags.ts'

// Flags and arguments that several commands share.

export const json: FlagSpec = { name: 'json', kind: 'bool', summary: 'Print JSON' }
export const dot: FlagSpec = { name: 'dot', kind: 'bool', summary: 'Print a graph for Graphviz' }
export const format: FlagSpec = {
  name: 'format',
  kind: 'string',
  value: 'TEMPLATE',
  summary: '`json`, or a Go template for every line',
}
export const noTrunc: FlagSpec = { name: 'no-trunc', kind: 'bool', summary: 'Do not shorten anything' }
export const quietIds: FlagSpec = { name: 'quiet', short: 'q', kind: 'bool', summary: 'Print ids only' }
export const platform: FlagSpec = {
  name: 'platform',
  kind: 'string',
  value: 'OS/ARCH',
  summary: 'Which platform of the image',
  env: ['SLIPWAY_PLATFORM', 'DOCKER_DEFAULT_PLATFORM'],
}
/** `--json`, and the same as `--format json`. */
export const textOrJson: readonly FlagSpec[] = [
  json,
  { name: 'format', kind: 'string', value: 'FORMAT', summary: 'As --json', choices: ['text', 'json'], default: 'text' },
]
export const buildArg: FlagSpec = {
  name: 'build-arg',
  kind: 'pairs',
  value: 'NAME[=VALUE]',
  summary: 'Set an ARG; without a value it comes from the environment',
}

export const image = { name: 'IMAGE' }
export const context = { name: 'PATH|URL|-', optional: true }
