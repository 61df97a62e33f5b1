import type { CommandModule } from './command.ts'

/** Where each command of the table is implemented; loaded when it is called, so that starting costs nothing. */
export const commandModules: Readonly<Record<string, () => Promise<CommandModule>>> = {
  completion: () => import('./commands/completion.ts'),
  help: () => import('./commands/help.ts'),
  replay: () => import('./commands/replay.ts'),
  version: () => import('./commands/version.ts'),
}
