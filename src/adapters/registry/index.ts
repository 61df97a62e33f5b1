export type { PushBlob, PushImage } from './push-image.ts'
export { openRegistry, type PushOptions, type Registry, type RegistryOptions } from './registry.ts'
export { machineAuthorities } from './transport.ts'
export type { ResolvedDocument, ResolvedImage } from './resolve-image.ts'
