/** Media types of the OCI image spec v1.1 and of docker's schema 2, which means the same with other names. */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
} as const

/** Which of the two sets of names a document uses. */
export type MediaTypeFamily = 'oci' | 'docker'
/** How the bytes of a layer blob are packed. */
export type LayerCompression = 'uncompressed' | 'gzip' | 'zstd'

interface LayerType {
  readonly family: MediaTypeFamily
  readonly compression: LayerCompression
  readonly foreign: boolean
}

const layerTypes: ReadonlyMap<string, LayerType> = new Map([
  [mediaTypes.ociLayer, layer('oci', 'uncompressed')],
  [mediaTypes.ociLayerGzip, layer('oci', 'gzip')],
  [mediaTypes.ociLayerZstd, layer('oci', 'zstd')],
  [mediaTypes.dockerLayer, layer('docker', 'uncompressed')],
  [mediaTypes.dockerLayerGzip, layer('docker', 'gzip')],
  [mediaTypes.dockerLayerZstd, layer('docker', 'zstd')],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', layer('oci', 'uncompressed', true)],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', layer('oci', 'gzip', true)],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', layer('oci', 'zstd', true)],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', layer('docker', 'uncompressed', true)],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', layer('docker', 'gzip', true)],
])

const twins: readonly (readonly [string, string])[] = [
  [mediaTypes.ociIndex, mediaTypes.dockerIndex],
  [mediaTypes.ociManifest, mediaTypes.dockerManifest],
  [mediaTypes.ociConfig, mediaTypes.dockerConfig],
  [mediaTypes.ociLayer, mediaTypes.dockerLayer],
  [mediaTypes.ociLayerGzip, mediaTypes.dockerLayerGzip],
  [mediaTypes.ociLayerZstd, mediaTypes.dockerLayerZstd],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'application/vnd.docker.image.rootfs.foreign.diff.tar'],
  [
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ],
]

/** Whether documents of this type list manifests per platform. */
export function isIndexMediaType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerIndex
}

/** Whether documents of this type are image manifests. */
export function isManifestMediaType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest
}

/** Whether blobs of this type are image configurations. */
export function isConfigMediaType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig
}

/** Whether blobs of this type are file system layers, foreign (not distributable) ones included. */
export function isLayerMediaType(mediaType: string): boolean {
  return layerTypes.has(mediaType)
}

/** How a layer of this type is compressed; undefined for anything that is not a layer. */
export function compressionOf(mediaType: string): LayerCompression | undefined {
  return layerTypes.get(mediaType)?.compression
}

/** The type of a distributable layer. */
export function layerMediaType(family: MediaTypeFamily, compression: LayerCompression): string {
  for (const [mediaType, type] of layerTypes) {
    if (type.family === family && type.compression === compression && !type.foreign) return mediaType
  }
  return mediaTypes.ociLayer
}

/** The type with the same meaning in the other family; types without a twin come back unchanged. */
export function toFamily(mediaType: string, family: MediaTypeFamily): string {
  for (const [oci, docker] of twins) {
    if (mediaType === oci || mediaType === docker) return family === 'oci' ? oci : docker
  }
  return mediaType
}

function layer(family: MediaTypeFamily, compression: LayerCompression, foreign = false): LayerType {
  return { family, compression, foreign }
}
