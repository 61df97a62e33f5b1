import { exitCodeOf, SlipwayError } from '../core/index.ts'
import type { CommandContext, CommandModule } from './command.ts'
import { commandTable, globalFlags } from './command-table.ts'
import { parseArgv } from './parse-argv.ts'

/** Where commands are implemented, by name; loaded when they are called, so that starting costs nothing. */
export type CommandModules = Readonly<Record<string, () => Promise<CommandModule>>>

/** Runs a command line and returns the exit code. Errors are printed here, except those of a reader that went away. */
export async function dispatch(
  argv: readonly string[],
  context: CommandContext,
  modules: CommandModules,
): Promise<number> {
  try {
    const input = parseArgv(argv, { commands: commandTable, globalFlags, env: context.env })
    for (const warning of input.warnings) context.notice(`WARNING: ${warning}`)
    const name = input.help ? 'help' : input.command.name
    const load = modules[name]
    if (load === undefined) throw new SlipwayError('internal', `the command ${name} has no module`)
    const command = await load()
    return await command.run(context, input)
  } catch (thrown) {
    if (isBrokenPipe(thrown)) return 0
    const { reportFailure } = await import('./failure.ts')
    return exitCodeOf(reportFailure(thrown, { stderr: context.stderr, env: context.env, argv }))
  }
}

/** `slipway … | head` ends quietly, as other programs do. */
export function isBrokenPipe(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 'EPIPE'
}
