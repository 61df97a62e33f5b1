/** https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#whiteouts */
export const whiteoutPrefix = '.wh.'

/** The file that makes its directory opaque. */
export const opaqueMarker = '.wh..wh..opq'

/** Names that aufs reserved for itself; layers made long ago still contain them and every engine skips them. */
export const metadataPrefix = '.wh..wh.'

/**
 * Whether an extended attribute belongs to an image: `security.capability` and `user.*`, never what overlayfs keeps for
 * itself. Others (SELinux labels, POSIX ACLs) describe the machine the file was on.
 */
export function isImageXattr(name: string): boolean {
  return name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'))
}
