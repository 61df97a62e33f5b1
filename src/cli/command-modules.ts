import type { CommandModule } from './command.ts'

/** Where each command of the table is implemented; loaded when it is called, so that starting costs nothing. */
export const commandModules: Readonly<Record<string, () => Promise<CommandModule>>> = {
  ast: () => import('./commands/ast.ts'),
  base: () => import('./commands/base.ts'),
  build: () => import('./commands/build.ts'),
  completion: () => import('./commands/completion.ts'),
  debug: () => import('./commands/debug.ts'),
  demo: () => import('./commands/demo.ts'),
  doctor: () => import('./commands/doctor.ts'),
  graph: () => import('./commands/graph.ts'),
  help: () => import('./commands/help.ts'),
  history: () => import('./commands/history.ts'),
  images: () => import('./commands/images.ts'),
  import: () => import('./commands/import.ts'),
  inspect: () => import('./commands/inspect.ts'),
  load: () => import('./commands/load.ts'),
  plan: () => import('./commands/plan.ts'),
  pull: () => import('./commands/pull.ts'),
  push: () => import('./commands/push.ts'),
  replay: () => import('./commands/replay.ts'),
  rm: () => import('./commands/rm.ts'),
  run: () => import('./commands/run.ts'),
  save: () => import('./commands/save.ts'),
  tag: () => import('./commands/tag.ts'),
  version: () => import('./commands/version.ts'),
}
