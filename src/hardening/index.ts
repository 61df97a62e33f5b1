/** What was seen of a container. */
export type { HealthOutcome, Observation, ObservedCall, Port, StopOutcome } from './observation.ts'
/** What stands in the way of running an image with few rights. */
export type { HardeningFinding, Place } from './finding.ts'
/** Who a container runs as. */
export type { Identity } from './denied-writes.ts'
export type { HardenedReport } from './hardened-report.ts'
export type { HardenedRun } from './hardened-run.ts'
/** The verdict about an image that was run with few rights. */
export { exposedPorts, type HardenedVerdict, judgeHardened, wantsMore } from './judge.ts'
