import { runProcess } from './run-process.ts'

// What `slipway build` starts: without the other commands it is two thirds as large and starts 10 ms sooner.
runProcess({ build: () => import('./commands/build.ts'), help: () => import('./commands/help.ts') })
