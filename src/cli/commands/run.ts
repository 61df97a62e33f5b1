import { ensureImage, parsePublish, runImage, type RunRequest, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import { setVariables } from '../container-environment.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

/** The exit code is that of the command in the container. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  if (input.flags.bool('hardened')) return (await import('./run-hardened.ts')).runHardenedImage(context, input)
  const request = runRequest(context, input)
  const { signal, cwd, notice, takeSignals } = context
  const window = context.stdout.isTTY ? context.stdout : context.stderr
  await withSession(sessionOptions(context, input), (session) => ensureImage(session, request, signal))
  // No progress while the container has the terminal.
  const { exitCode, problem } = await withSession(sessionOptions(context, input, { quiet: true }), (session) =>
    runImage(session, request, { signal, cwd, notice, takeSignals, window }),
  )
  if (problem !== undefined) notice(`ERROR: ${problem}`)
  return exitCode
}

function runRequest(context: CommandContext, input: ParsedInput): RunRequest {
  const { args, flags } = input
  const [image = '', ...command] = args
  const terminal = flags.bool('tty')
  if (terminal && !context.stdin.isTTY) {
    throw new SlipwayError('usage', '--tty needs a terminal, and standard input is none', { hint: 'leave out -t' })
  }
  const platform = wantedPlatform(input)
  return {
    image,
    command,
    env: setVariables(context, input),
    network: (flags.text('network') ?? 'default') as RunRequest['network'],
    readonlyRoot: flags.bool('read-only'),
    volumes: flags.list('volume'),
    tmpfs: flags.list('tmpfs'),
    publish: flags.list('publish').map(parsePublish),
    extraHosts: flags.list('add-host'),
    stdin: flags.bool('interactive') || terminal,
    terminal,
    ...(platform === undefined ? {} : { platform }),
    ...optional('entrypoint', flags.text('entrypoint')),
    ...optional('user', flags.text('user')),
    ...optional('workdir', flags.text('workdir')),
    ...optional('hostname', flags.text('hostname')),
  }
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string }
}
