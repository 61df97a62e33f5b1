import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { type LayerStore, openLayerStore } from './index.ts'

let folder = ''
let store: LayerStore

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'slipway-adopt-'))
  store = openLayerStore({ root: folder, owner: 'test', overlayXattr: 'user' })
})

afterEach(async () => {
  await store.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

function source(): Promise<LayerRef> {
  const data = Buffer.from('content')
  return store.commitEntries([
    { path: 'file', kind: 'file', mode: 0o644, ...owner, size: data.length, mtime: 1n, from: { kind: 'inline', data } },
  ])
}

/** A file of the source layer under another name, as COPY --from plans it. */
function copied(layer: LayerRef, path: string): PlannedEntry {
  const [entry] = store.readIndex(layer.id)
  if (entry === undefined) throw new Error('the layer is empty')
  return { ...entry, path, from: { kind: 'layer', layer: layer.id, path: 'file' } }
}

function inode(layer: LayerRef, path: string): number {
  return fs.lstatSync(join(store.layerPath(layer.id), path)).ino
}

describe('commitEntries', () => {
  it('links a file of another layer instead of copying it', async () => {
    const from = await source()
    const copy = await store.commitEntries([copied(from, 'a')])
    expect(inode(copy, 'a')).toBe(inode(from, 'file'))
  })

  it('copies a file that has been linked before, so that no stack shows three names of one inode', async () => {
    const from = await source()
    await store.commitEntries([copied(from, 'a')])
    const second = await store.commitEntries([copied(from, 'b'), copied(from, 'c')])
    expect(new Set([inode(second, 'b'), inode(second, 'c'), inode(from, 'file')]).size).toBe(3)
  })

  it('copies a file of a layer below, which a step would see beside the copy', async () => {
    const from = await source()
    const copy = await store.commitEntries([copied(from, 'a')], { lower: [from] })
    expect(inode(copy, 'a')).not.toBe(inode(from, 'file'))
  })

  it('links nothing into a layer that may come to lie on any other', async () => {
    const from = await source()
    const copy = await store.commitEntries([copied(from, 'a')], { adoptFiles: false })
    expect(inode(copy, 'a')).not.toBe(inode(from, 'file'))
  })
})
