import { runProcess } from './run-process.ts'

// What `slipway check` starts: editors and hooks call it often, and it needs nothing of the rest.
runProcess({ check: () => import('./commands/check.ts'), help: () => import('./commands/help.ts') })
