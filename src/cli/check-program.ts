import { runProcess } from './run-process.ts'

// What `slipway check` and `slipway explain` start: editors and hooks call them often, and they need nothing of the rest.
runProcess({
  check: () => import('./commands/check.ts'),
  explain: () => import('./commands/explain.ts'),
  help: () => import('./commands/help.ts'),
})
