import { mayHoldSecret } from '../core/index.ts'
import { globalFlags } from './command-table.ts'
import type { FlagSpec, ParsedInput } from './flags.ts'

/** What decides how a build runs, as opposed to what becomes of its result and how it is shown. */
const repeated: readonly string[] = [
  'root',
  'file',
  'build-arg',
  'build-context',
  'target',
  'platform',
  'network',
  'add-host',
  'shm-size',
  'ulimit',
  'secret',
  'ssh',
  'allow',
  'isolation',
  'trust-host-ca',
]

/**
 * The `slipway debug` that repeats a build, for a shell to read; undefined when standard input was part of it, which
 * cannot be read again. Flags that came from the environment are still there, so only those of the command line count.
 */
export function debugLine({ command, args, written }: ParsedInput): string | undefined {
  const context = args[0] ?? ''
  if (context === '-' || written.get('file')?.at(-1) === '-') return undefined
  const specs = [...globalFlags, ...command.flags].filter(({ name }) => repeated.includes(name))
  const flags = specs.flatMap((spec) => (written.get(spec.name) ?? []).flatMap((value) => flagWords(spec, value)))
  return ['slipway', 'debug', ...flags, context].map(shellWord).join(' ')
}

function flagWords({ name, short }: FlagSpec, value: string): readonly string[] {
  const flag = short === undefined ? `--${name}` : `-${short}`
  return [flag, name === 'build-arg' ? withoutSecret(value) : value]
}

/** A value that may be a secret stays out of logs: without it, the argument comes from the environment. */
function withoutSecret(pair: string): string {
  const [name = ''] = pair.split('=')
  return mayHoldSecret(name) ? name : pair
}

function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
