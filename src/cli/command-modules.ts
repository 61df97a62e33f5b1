import type { CommandModule } from './command.ts'

/** Where each command of the table is implemented; loaded when it is called, so that starting costs nothing. */
export const commandModules: Readonly<Record<string, () => Promise<CommandModule>>> = {
  base: () => import('./commands/base.ts'),
  build: () => import('./commands/build.ts'),
  completion: () => import('./commands/completion.ts'),
  demo: () => import('./commands/demo.ts'),
  graph: () => import('./commands/graph.ts'),
  help: () => import('./commands/help.ts'),
  plan: () => import('./commands/plan.ts'),
  replay: () => import('./commands/replay.ts'),
  version: () => import('./commands/version.ts'),
}
