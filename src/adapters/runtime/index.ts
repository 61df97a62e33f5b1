export { nativeArchitectures } from './architectures.ts'
export { type Emulation, emulationFor } from './emulation.ts'
export { type Emulators, openEmulators, startsHere } from './emulators.ts'
export { identityMap } from './identity-map.ts'
export { type Account, resolveAccount } from './account.ts'
export { currentUser } from './current-user.ts'
export type { Certificate } from './certificates.ts'
export { type HostTrust, hostTrust } from './host-trust.ts'
export { mountsByCall } from './linux-mount.ts'
export { idMapProblem, type NamespacedProcess, type NamespaceOptions, spawnInNamespaces } from './namespaces.ts'
export {
  type IsolationKind,
  type IsolationReport,
  type ProbeOptions,
  probeIsolation,
  requireIsolation,
  type RungReport,
} from './probe-isolation.ts'
export { type EnterResult, type EnterSpec, enterStep } from './look/enter-step.ts'
export { type FirstProcess, readFirstProcess } from './look/first-process.ts'
export { type OpenPort, openPorts } from './look/sockets.ts'
export { findProgram } from './programs.ts'
export { type Isolation, openRuntime, type Runtime } from './runtime.ts'
export type {
  BindSource,
  StepFile,
  StepIo,
  StepMount,
  StepControl,
  StepResult,
  StepSpec,
  StepTrace,
  TerminalSize,
  TracedCall,
} from './step-spec.ts'
