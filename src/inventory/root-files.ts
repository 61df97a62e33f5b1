import { type TreeNode, treeNodes, type TreeView } from '../fileset/index.ts'
import type { FilePart } from './go-build-info.ts'

/** Bytes of a file from an offset, fewer at its end; undefined when they cannot be had. Must not follow links. */
export type ReadPart = (path: string, part: FilePart) => Uint8Array | undefined

/** Larger files are not read: the largest status file of a Debian with everything installed has 60 MB. */
export const largest = 128 << 20

/** The regular files of a tree in walk order. */
export function* filesOf(view: TreeView): Generator<{ path: string; node: TreeNode }> {
  for (const [path, node] of treeNodes(view)) if (node.kind === 'file') yield { path, node }
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
