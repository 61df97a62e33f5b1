export { type Emulation, emulationFor } from './emulation.ts'
export type { Certificate } from './certificates.ts'
export { type HostTrust, hostTrust } from './host-trust.ts'
export { type NamespacedProcess, type NamespaceOptions, spawnInNamespaces } from './namespaces.ts'
export {
  type IsolationKind,
  type IsolationReport,
  isolationKinds,
  type ProbeOptions,
  probeIsolation,
  requireIsolation,
  type RungReport,
} from './probe-isolation.ts'
export { type Isolation, openRuntime, type Runtime } from './runtime.ts'
export type { BindSource, StepFile, StepIo, StepMount, StepResult, StepSpec } from './step-spec.ts'
