export {
  type AssembledConfig,
  type AssembledLayer,
  assembleConfig,
  assembleIndex,
  assembleManifest,
  type ConfigParts,
  chainId,
  type Document,
  encodeImageConfig,
  type IndexParts,
  type ManifestParts,
  platformOfConfig,
} from './assemble.ts'
export {
  decodeDescriptor,
  decodeIndex,
  decodeManifest,
  decodeObject,
  manifestKind,
  type Provenance,
} from './decode.ts'
export { decodeImageConfig } from './decode-config.ts'
export { goJson, goTime } from './go-json.ts'
export {
  compressionOf,
  isConfigMediaType,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  type LayerCompression,
  layerMediaType,
  type MediaTypeFamily,
  mediaTypes,
  toFamily,
} from './media-types.ts'
export {
  compatiblePlatforms,
  defaultPathEnv,
  formatPlatform,
  hostPlatform,
  isAttestation,
  normalizePlatform,
  type PlatformError,
  parsePlatform,
  platformMatches,
  platformsOf,
  selectManifest,
} from './platform.ts'
export {
  familiarName,
  familiarRepository,
  formatReference,
  normalizedKey,
  parseReference,
  type ReferenceError,
  withDefaultTag,
} from './reference.ts'
export type * from './types.ts'
export { type ImageDocuments, type ImageProblem, validateImage } from './validate.ts'
