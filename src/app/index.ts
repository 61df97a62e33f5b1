/** Builds images from Dockerfiles. */
export { build, type BuildResult, type BuiltImage } from './build/build.ts'
export type { BuildRequest, BuildWorld } from './build/build-request.ts'
/** What `--iidfile` and `--metadata-file` receive. */
export { writeResultFiles } from './build/deliver.ts'
/** The graph and the plan of a build that is not run. */
export { planOnly } from './build/plan-only.ts'
/** Progress for people and programs. */
export {
  openProgress,
  type ProgressDisplay,
  type ProgressMode,
  type ProgressOptions,
} from './progress/open-progress.ts'
/** A recorded build, shown again. */
export { replayEvents, type ReplayOptions } from './progress/replay-events.ts'
/** The store and everything that works on it. */
export { openSession, type Session, type SessionOptions } from './session.ts'
/** A session with progress and logs around one use of it. */
export { defaultRoot, type ObservedOptions, withSession } from './with-session.ts'
/** Intermediates of a build, printed. */
export { graphToDot, graphToJson } from '../graph/index.ts'
export { planToDot, planToJson } from '../plan/index.ts'
/** Base images from packages. */
export { type BaseRequest, type BuiltBase, makeBase } from './bases/build-base.ts'
/** Platforms by name. */
export { machinePlatform } from './build/plan-request.ts'
export { parsePlatform, type Platform } from '../oci/index.ts'
/** The example, built twice and compared. */
export { type DemoResult, runDemo } from './demo/run-demo.ts'
export type { DemoBase } from './demo/demo-bases.ts'
