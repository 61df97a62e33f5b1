import { commandModules } from './command-modules.ts'
import { runProcess } from './run-process.ts'

runProcess(commandModules)
