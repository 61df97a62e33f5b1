export {
  openProgress,
  type ProgressDisplay,
  type ProgressMode,
  type ProgressOptions,
} from './progress/open-progress.ts'
export { replayEvents, type ReplayOptions } from './progress/replay-events.ts'
