export { type Compression, detectCompression } from './compression.ts'
export { type ChunkSizes, cutByContent } from './content-chunks.ts'
export { contentDigest } from './content-digest.ts'
export { type Bytes, decompress, sniffCompression } from './decompress.ts'
export { diffTrees } from './diff-trees.ts'
export { diskSize } from './disk-size.ts'
export type { EntryKind, LayerEntry } from './entry.ts'
export { defaultGzipLevel, gzip, type GzipOptions } from './gzip.ts'
export { decodeIndex, decodeIndexAt, encodeIndex } from './layer-index.ts'
export {
  asLink,
  childNames,
  findNode,
  flattenTree,
  impliedDirectory,
  type MergedNode,
  extendTree,
  mergeLayers,
  walkTree,
} from './merged-tree.ts'
export { baseOf, compareNames, comparePaths, inPathOrder, joinPath, parentOf } from './path-order.ts'
export { createTarDecoder, type TarDecoder, type TarDecoderOptions, type TarHandler } from './tar-decode.ts'
export { encodeTarHeader, endOfArchive, tarPadding, tarSize, writeTarHeader } from './tar-encode.ts'
export { isTarHeader } from './tar-header.ts'
export { decodeTarEntries, readTar, type TarEvent } from './tar-read.ts'
export { isImageXattr } from './whiteout.ts'
