/** Builds images from Dockerfiles. */
export { build, type BuildResult, type BuiltImage } from './build/build.ts'
export { type BuildRequest, type BuildWorld, plainBuild } from './build/build-request.ts'
/** What `--iidfile` and `--metadata-file` receive. */
export { writeResultFiles } from './build/deliver.ts'
/** `--provenance` and `--sbom` as the `--attest` they stand for. */
export { asAttest } from './attest/attest-options.ts'
/** What an image weighs and wastes. */
export { analyze, type AnalysisReport, type AnalyzeRequest } from './inside/analyze.ts'
/** What an image offers to whoever gets in. */
export { inspectSurface, type SurfaceReport } from './inside/inspect-surface.ts'
/** Budgets of a settings file. */
export { type Policy, readPolicy } from './budgets/read-policy.ts'
export { parseDiveRule, readDiveCi } from './inside/read-dive-ci.ts'
/** Which instruction made each file of an image. */
export { blameImage, type BlameReport, type BlameRequest } from './blame/blame-image.ts'
/** Whether an image is what it says it is. */
export { verifyImage, type VerifyRequest } from './verify/verify-image.ts'
export { isReproduced, isSound } from '../attest/index.ts'
/** What was said about images when they were built. */
export { type FoundAttestation, readAttestations } from './attest/read-attestations.ts'
/** The graph and the plan of a build that is not run. */
export { graphOnly, planOnly } from './build/plan-only.ts'
/** A shell between two instructions. */
export { debugBuild } from './debug/debug-build.ts'
export type { DebugPlace } from './debug/debug-place.ts'
export type { DebugRequest, DebugWorld } from './debug/debug-request.ts'
/** Questions about a Dockerfile that need no build. */
export { checkFile, type FileCheck, outlineFile, targetsOfFile } from './check/call-file.ts'
/** What the rules say about Dockerfiles and what belongs to them. */
export { checkPaths, type CheckRequest, type CheckWorld } from './check/check-paths.ts'
export type { FailOn } from './check/check-document.ts'
export { type FindImage, lastBuilt } from './check/built-image.ts'
export { freshImage, namedImage, storedImage } from './check/image-sources.ts'
export { explainRule, listRules, type RulePage } from './check/rule-page.ts'
/** Editors. */
export { serveEditor } from './editor/serve-editor.ts'
/** What this machine allows. */
export { type Check, examineMachine, type MachineReport } from './doctor/examine-machine.ts'
/** Images run with few rights. */
export { type HardenedRequest, runHardened } from './hardened/run-hardened.ts'
/** Progress for people and programs. */
export {
  openProgress,
  type ProgressDisplay,
  type ProgressMode,
  type ProgressOptions,
} from './progress/open-progress.ts'
/** Why steps had to run. */
export { lastBuild } from './why/last-build.ts'
export { type BuildTrace, findSteps, type TracedStep, whyLines, type WhyOptions } from '../why/index.ts'
/** A recorded build, shown again. */
export { replayEvents, type ReplayOptions } from './progress/replay-events.ts'
/** The store and everything that works on it. */
export { openSession, type Session, type SessionOptions, type SessionRegistry } from './session.ts'
/** A session with progress and logs around one use of it. */
export { defaultRoot, type ObservedOptions, withSession } from './with-session.ts'
/** Intermediates of a build, printed. */
export { readDockerfile } from './build/read-dockerfile.ts'
export { astToJson, astToLines } from '../dockerfile/index.ts'
export { graphToDot, graphToJson } from '../graph/index.ts'
export { planToDot, planToJson } from '../plan/index.ts'
/** Base images from packages. */
export { type BaseRequest, type BuiltBase, makeBase } from './bases/build-base.ts'
/** Durations of Go, in nanoseconds. */
export { parseDuration } from '../dockerfile/index.ts'
/** Platforms by name. */
export { machinePlatform } from './build/plan-request.ts'
export { parsePlatform, type Platform } from '../oci/index.ts'
/** The example, built twice and compared. */
export { type DemoResult, runDemo } from './demo/run-demo.ts'
export type { DemoBase } from './demo/demo-bases.ts'
/** The images that Dockerfiles name. */
export { findOutdated, type OutdatedReport, type UseReport } from './outdated/find-outdated.ts'
export type { UsesRequest } from './outdated/read-uses.ts'
export { type FileUpdate, updateBases, type UpdateRequest } from './fix/update-bases.ts'
export type { Severity } from '../bases/index.ts'
/** Changes of files, shown and made. */
export { createText, replaceText } from './fix/write-file.ts'
export {
  type ChangedText,
  type FixedFile,
  type FixedText,
  fixFiles,
  fixText,
  type FixRequest,
  type FixWorld,
} from './fix/fix-files.ts'
export { unifiedDiff } from '../editing/index.ts'
export { proveFiles, type ProvenFile } from './fix/prove/prove-files.ts'
/** The ignore file of a context. */
export { type FixedIgnore, fixIgnore } from './fix/fix-ignore.ts'
export { type IgnoreProof, proveIgnore } from './fix/prove/prove-ignore.ts'
export type { Proof } from './fix/prove/prove-fixes.ts'
/** What the store takes on the disk, and how room is made. */
export {
  type DiskUsage,
  diskUsage,
  isReclaimable,
  type KindUsage,
  listUsage,
  type MeasuredUnit,
} from './disk/disk-usage.ts'
export { pruneCache, type PruneRequest, type PruneResult } from './disk/prune-cache.ts'
/** Images of the store. */
export { type HistoryStep, imageHistory } from './images/image-history.ts'
export { type Import, importRootfs } from './images/import-rootfs.ts'
export { inspectImage } from './images/inspect-image.ts'
export { listImages, type NamedImage } from './images/list-images.ts'
export { type Load, type LoadedImage, loadImages } from './images/load-images.ts'
export { removeImage } from './images/remove-image.ts'
export { type Save, saveImages } from './images/save-images.ts'
/** Images of registries. */
export { namesAtRegistry, type PulledImage, pullImage, pullPlatforms } from './images/pull-image.ts'
export { namesIn, type PushedImage, pushImage, type PushRequest } from './images/push-image.ts'
export { ensureImage } from './images/ensure-image.ts'
/** Images from one place to another. */
export { copyImage, type CopyRequest } from './copy/copy-image.ts'
/** What images are made of. */
export { describeImage, type SbomRequest } from './sbom/describe-image.ts'
export { documentTime } from './sbom/document-time.ts'
export {
  type Component,
  componentsOf,
  cyclonedxDocument,
  type Sbom,
  spdxDocument,
  spdxTagValue,
} from '../sbom/index.ts'
/** What differs between images and between platforms. */
export { diffImages, diffPlatforms, type DiffRequest, type JudgedDifference } from './diff/diff-images.ts'
/** Known vulnerabilities of packages. */
export { imagesWith, scanImage, type ScanRequest, vulnerabilityDelta } from './scan/scan-image.ts'
export { databaseStatus, type DatabaseStatus } from './scan/open-records.ts'
export { updateDatabase } from './scan/update-database.ts'
/** Lists of images for several platforms. */
export { annotateList, type AnnotateRequest } from './manifests/annotate-list.ts'
export { createList, type ListRequest } from './manifests/create-list.ts'
export { readManifest } from './manifests/inspect-manifest.ts'
/** Logins for registries. */
export { login, type LoginRequest, type LoginResult, logout, registryName } from './logins/login.ts'
/** Containers of images. */
export type { ContainerChanges } from './images/container-command.ts'
export { parsePublish, type PublishedPort } from './images/published-ports.ts'
export { runImage, type RunRequest, type RunWorld } from './images/run-image.ts'
export type { RunOutcome } from './worker/worker-methods.ts'
