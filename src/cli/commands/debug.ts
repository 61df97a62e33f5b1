import { debugBuild, type DebugPlace, type DebugRequest, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { debugGreeting, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import { buildRequest, buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import { setVariables } from '../container-environment.ts'
import { printFailure } from '../failure.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

/** The exit code is that of the shell or command. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const request = debugRequest(context, input)
  const { notice, takeSignals, stderr, env } = context
  const window = context.stdout.isTTY ? context.stdout : stderr
  const greeted = request.command.length === 0 && context.stdin.isTTY
  const palette = wantsColor(stderr, env) ? paletteFrom(env.BUILDKIT_COLORS) : plainPalette
  const { exitCode, problem } = await withSession(
    { ...sessionOptions(context, input), logged: true },
    (session, endProgress) =>
      debugBuild(session, request, {
        ...buildWorld(context),
        window,
        takeSignals,
        endProgress,
        notice,
        report: (failure) => printFailure(failure, { stderr, env }),
        greet: (situation) => {
          if (greeted) for (const line of debugGreeting(situation, palette)) notice(line)
        },
      }),
  )
  if (problem !== undefined) notice(`ERROR: ${problem}`)
  return exitCode
}

function debugRequest(context: CommandContext, input: ParsedInput): DebugRequest {
  const { flags, behindDashes: command } = input
  const build = buildRequest(context, input)
  if (command.length === 0 && (build.context === '-' || build.dockerfile === '-')) {
    throw new SlipwayError('usage', 'standard input is the Dockerfile or context, and a shell would read it, too', {
      hint: 'run a command instead: slipway debug … -- COMMAND, or give a file with -f',
    })
  }
  const place = wantedPlace(input)
  const [user, workdir, toolbox] = ['user', 'workdir', 'toolbox'].map((name) => flags.text(name))
  return {
    build,
    command,
    env: setVariables(context, input),
    terminal: Boolean(context.stdin.isTTY && context.stdout.isTTY),
    ...(place === undefined ? {} : { place }),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(toolbox === undefined ? {} : { toolbox }),
  }
}

/** `Dockerfile:7:1`, as errors name places, is as good as `7`. */
function wantedPlace({ flags }: ParsedInput): DebugPlace | undefined {
  const given = (['stage', 'before', 'after'] as const).filter((name) => flags.given(name))
  if (given.length > 1)
    throw new SlipwayError('usage', `there is one place to stop at, not two: --${given.join(' and --')}`)
  const [kind] = given
  if (kind === undefined) return undefined
  const text = flags.text(kind) ?? ''
  if (kind === 'stage') {
    const [, stage = text, line] = /^(.+?):(\d+)(?::\d+)?$/.exec(text) ?? []
    return { kind, stage, ...(line === undefined ? {} : { line: Number(line) }) }
  }
  const match = /^(?:(?!\d+:)(.+?):)?(\d+)(?::\d+)?$/.exec(text)
  if (match === null) {
    throw new SlipwayError('bad-option-value', `--${kind} ${text}: it is no line`, {
      hint: `write --${kind} 7 or --${kind} Dockerfile:7`,
    })
  }
  const [, file, line] = match
  return { kind, line: Number(line), ...(file === undefined ? {} : { file }) }
}
