import * as fs from 'node:fs'
import { join, relative } from 'node:path'
import { contentDigest, encodeIndex, type LayerEntry } from '../../archive/index.ts'
import { type Digest, hexOf, SlipwayError } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { hold } from './holds.ts'
import type { ScannedLayer } from './scan-upper.ts'

/**
 * A layer on disk: `layers/<id>/` with `index` (its entries), `layer.json` (its digests) and either `fs/` (an overlayfs lower
 * directory) or, until somebody mounts it, `tar`. It is built under `tmp/<owner>/` and becomes visible by one rename, so a layer
 * that is there is whole.
 */
export function layerDirectory(root: string, id: string): string {
  if (!/^[0-9a-z][0-9a-z._-]{0,127}$/.test(id)) throw new SlipwayError('internal', `'${id}' is not the name of a layer`)
  return join(root, 'layers', id)
}

/** Makes the directories of a store, readable by its owner alone: layers may hold setuid programs. */
export function makeStore(root: string, owner: string): string {
  const work = join(root, 'tmp', owner)
  try {
    fs.mkdirSync(join(root, 'layers'), { recursive: true, mode: 0o700 })
    fs.mkdirSync(work, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new SlipwayError('store-unusable', `cannot make the store ${root}: ${(cause as Error).message}`, {
      cause,
      hint: 'choose a place that can be written to with --root or SLIPWAY_ROOT',
    })
  }
  return work
}

/** Takes a directory into a build as its `fs/`, by a rename. */
export function newBuildFrom(work: string, directory: string): string {
  const build = fs.mkdtempSync(join(work, 'layer-'))
  fs.chmodSync(directory, 0o755)
  fs.renameSync(directory, join(build, 'fs'))
  return build
}

/** A fresh build directory. */
export function newBuild(work: string): string {
  return fs.mkdtempSync(join(work, 'layer-'))
}

/** A fresh build directory with an empty `fs/`. */
export function newTreeBuild(work: string): string {
  const build = newBuild(work)
  fs.mkdirSync(join(build, 'fs'))
  fs.chmodSync(join(build, 'fs'), 0o755)
  return build
}

export function discardBuild(build: string): void {
  fs.rmSync(build, { recursive: true, force: true })
}

export interface LayerRecord {
  readonly diffId: Digest
  readonly content: Digest
  readonly size: number
  readonly blob?: Descriptor
}

export interface Publication {
  readonly root: string
  readonly build: string
  readonly id: string
  readonly record: LayerRecord
  readonly entries: readonly LayerEntry[]
}

/** Makes a built layer visible. When the same layer is there already, the new one is thrown away. */
export function publish({ root, build, id, record, entries }: Publication): LayerRef {
  // Nobody may take a layer away between its appearing and its being used, also where another process has made the same.
  hold(root, ownerOf(root, build), `layers/${id}`)
  fs.writeFileSync(join(build, 'index'), encodeIndex(entries))
  fs.writeFileSync(join(build, 'layer.json'), `${JSON.stringify(record)}\n`)
  try {
    fs.renameSync(build, layerDirectory(root, id))
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
    discardBuild(build)
  }
  return { id, ...record }
}

/** Builds lie below the directory of the process that makes them: see `makeStore`. */
function ownerOf(root: string, build: string): string {
  return relative(join(root, 'tmp'), build)
}

/** Publishes a layer that was made here, under the name that its content gives it. */
export function publishMade(
  { root }: { readonly root: string },
  build: string,
  { entries, diffId, size }: ScannedLayer,
): LayerRef {
  const record = { diffId, content: contentDigest(entries), size }
  return publish({ root, build, id: hexOf(diffId), record, entries })
}

/** Puts the files of a packed layer into its place and removes its tar. Another process may have done so meanwhile. */
export function publishFiles(root: string, build: string, id: string): void {
  const directory = layerDirectory(root, id)
  try {
    fs.renameSync(join(build, 'fs'), join(directory, 'fs'))
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
  fs.rmSync(join(directory, 'tar'), { force: true })
}

/** What a stored layer is; undefined when it is not in the store. */
export function readRecord(root: string, id: string): LayerRef | undefined {
  let text: string
  try {
    text = fs.readFileSync(join(layerDirectory(root, id), 'layer.json'), 'utf8')
  } catch {
    return undefined
  }
  try {
    return { id, ...(JSON.parse(text) as LayerRecord) }
  } catch (cause) {
    throw new SlipwayError('store-unusable', `the record of layer ${id} is damaged`, { cause })
  }
}
