export { readEvents } from './read-events.ts'
export { openStepLogs, type StepLogs, type StepLogsOptions } from './step-logs.ts'
