/** Who uses what of a store, and how things leave it without anybody missing them. */
export { type Hold, moveAway, openHolds, readHeld } from './holds.ts'
export type { ArrivingFile } from './arriving-file.ts'
export { decompressed } from './external-codec.ts'
export { extractArchive } from './extract-archive.ts'
/** What layers may unpack to, for whoever reads them without storing them. */
export { entryLimiter, unpackLimit } from './unpack-limit.ts'
export {
  type LayerStore,
  type LayerStoreOptions,
  type LayerWorkOptions,
  openLayerStore,
  type UnpackOptions,
} from './layer-store.ts'
export { storedLayers, type StoredLayers } from './stored-layers.ts'
