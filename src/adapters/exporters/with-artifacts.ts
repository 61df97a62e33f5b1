import { assembleIndex, decodeIndex, type Descriptor } from '../../oci/index.ts'
import type { PreparedArtifact, PreparedExport } from './prepare-image.ts'

/**
 * The same images in an index that lists artifacts behind them, which is how a layout holds both: a reader that knows nothing
 * of artifacts still finds each image once, and finds it by its platform.
 */
export function withArtifacts(prepared: PreparedExport, artifacts: readonly PreparedArtifact[]): PreparedExport {
  if (artifacts.length === 0) return prepared
  const { root, index } = prepared
  const { manifests, annotations } =
    index === undefined
      ? { manifests: [root], annotations: undefined }
      : decodeIndex(index.bytes, { code: 'bad-archive', what: 'the index to export' }, root.mediaType)
  const listed = listingIndex([...manifests, ...artifacts.map(({ entry }) => entry)], annotations)
  const kept = index === undefined || root.annotations === undefined ? {} : { annotations: root.annotations }
  return { ...prepared, root: { ...listed.descriptor, ...kept }, index: listed, artifacts }
}

function listingIndex(
  manifests: readonly Descriptor[],
  annotations: Readonly<Record<string, string>> | undefined,
): ReturnType<typeof assembleIndex> {
  // Only OCI's index has artifact types.
  return assembleIndex({ manifests, family: 'oci', ...(annotations === undefined ? {} : { annotations }) })
}
