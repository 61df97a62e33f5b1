export { type AnnotationOption, parseAnnotation } from './annotation-option.ts'
export { compressLayer, type LayerBlobs } from './compress-layer.ts'
export {
  type CompressionOptions,
  compressionOptions,
  type LayerFormat,
  type Refuse,
  truthOption,
} from './compression-options.ts'
export { parseCsv } from './csv.ts'
export { type ArchiveExport, exportArchive, type ExportGroup } from './export-archive.ts'
export { type Exported, exportToFile, type FileExport } from './export-image.ts'
export {
  type FileOutput,
  type ImageOptions,
  type OutputSpec,
  parseOutputSpec,
  type StoreOutput,
} from './output-spec.ts'
export {
  type ExportImage,
  type ExportLayer,
  type PreparedArtifact,
  type PreparedBlob,
  type PreparedExport,
  type PreparedImage,
  prepareExport,
  prepareLayers,
  type PrepareOptions,
} from './prepare-image.ts'
export { tarOf, writeFileOutput, writeLayoutDirectory, writeStreamOutput } from './write-output.ts'
export { type ImageSource, openImageSource } from './import-image.ts'
export type { ImportedImage, ImportedLayer } from './imported-image.ts'
export { type LayoutSource, openLayout } from './layout-source.ts'
export { layoutFiles, type TreeFiles, treeFiles } from './layout-files.ts'
