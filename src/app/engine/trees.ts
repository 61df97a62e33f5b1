import { digestFiles, type DirectoryView, openDirectory } from '../../adapters/context/index.ts'
import type { Digest } from '../../core/index.ts'
import type { TreeView } from '../../fileset/index.ts'
import type { LayerRef, TreeRef } from '../../solver/index.ts'

/** The file trees of a build as views, each opened once. */
export interface Trees {
  view(tree: TreeRef): TreeView
  /** Makes the nodes of regular files of a directory show the sha256 of their content. */
  digest(tree: TreeRef, files: readonly string[], signal: AbortSignal): Promise<void>
  /** The directories that were opened, for the line that says how much of a context was used. */
  directories(): ReadonlyMap<string, DirectoryView>
}

export interface TreePlaces {
  readonly layers: (layers: readonly LayerRef[]) => TreeView
  /** File that remembers digests of host files between builds. */
  readonly digestIndex?: string
}

export function openTrees(places: TreePlaces): Trees {
  const directories = new Map<string, DirectoryView>()
  const stacks = new Map<string, TreeView>()

  const directory = (tree: TreeRef & { kind: 'host' }): DirectoryView => {
    const known = directories.get(keyOf(tree))
    if (known !== undefined) return known
    const opened = openDirectory(tree.path, { ignore: tree.ignore, squashOwner: tree.squashOwner })
    directories.set(keyOf(tree), opened)
    return opened
  }
  const stack = (layers: readonly LayerRef[]): TreeView => {
    const key = layers.map((layer) => layer.id).join()
    const known = stacks.get(key)
    if (known !== undefined) return known
    const opened = places.layers(layers)
    stacks.set(key, opened)
    return opened
  }
  return {
    view: (tree) => (tree.kind === 'host' ? directory(tree) : stack(tree.layers)),
    directories: () => directories,
    async digest(tree, files, signal) {
      // Indexes of layers know the digest of every file.
      if (tree.kind !== 'host') throw new RangeError('only files of this machine are read')
      const view = directory(tree)
      const wanted = files.map((file) => ({ path: hostPathOf(view, file), key: view.statKey(file) }))
      const index = places.digestIndex === undefined ? {} : { indexFile: places.digestIndex }
      const found = await digestFiles(wanted, { signal, ...index })
      for (const [at, file] of files.entries()) view.setDigest(file, found.get(wanted[at]?.path ?? '') as Digest)
    },
  }
}

function hostPathOf(view: TreeView, file: string): string {
  const origin = view.origin(file)
  if (origin.kind !== 'host') throw new RangeError(`${file} is not a file of this machine`)
  return origin.path
}

function keyOf(tree: TreeRef & { kind: 'host' }): string {
  return JSON.stringify([tree.path, tree.ignore, tree.squashOwner])
}
