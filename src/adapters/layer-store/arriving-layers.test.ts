import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildSync } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { digestOf } from '../../core/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { type LayerStore, openLayerStore } from './index.ts'

let bundles = ''
let folder = ''
let store: LayerStore

beforeAll(() => {
  bundles = fs.mkdtempSync(join(tmpdir(), 'slipway-thread-'))
  buildSync({
    entryPoints: [join(import.meta.dirname, 'layer-thread.ts')],
    outfile: join(bundles, 'thread.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi', 'fzstd'],
    logLevel: 'error',
  })
  fs.symlinkSync(join(process.cwd(), 'node_modules'), join(bundles, 'node_modules'))
})
afterAll(() => fs.rmSync(bundles, { recursive: true, force: true }))

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'slipway-arriving-'))
  const workerScript = join(bundles, 'thread.mjs')
  store = openLayerStore({ root: join(folder, 'store'), owner: 'test', overlayXattr: 'user', workerScript })
})
afterEach(async () => {
  await store.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const node = (path: string, kind: LayerEntry['kind'], more: Partial<LayerEntry> = {}): LayerEntry => ({
  path,
  kind,
  mode: 0o755,
  size: 0,
  mtime: 1_000_000_000n,
  ...owner,
  ...more,
})

/** A tar of entries; files are filled with the letter `x`. */
function tarOf(entries: readonly LayerEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [
    encodeTarHeader(entry),
    Buffer.alloc(entry.size, 'x'),
    Buffer.alloc(tarPadding(entry.size)),
  ])
  return Buffer.concat([...parts, endOfArchive])
}

/** A blob that nobody has written yet, and the layer it will be. */
function layerOf(id: string, tar: Buffer): { readonly layer: LayerRef; readonly file: string; readonly draft: string } {
  const diffId = digestOf(tar)
  const layer = { id, diffId, content: diffId, size: tar.length }
  return { layer, file: join(folder, `${id}.blob`), draft: join(folder, `${id}.draft`) }
}

function unpack(
  { layer, file, draft }: ReturnType<typeof layerOf>,
  lower: readonly LayerRef[] = [],
  signal?: AbortSignal,
): Promise<LayerRef> {
  const options = { id: layer.id, diffId: layer.diffId, lower, ...(signal === undefined ? {} : { signal }) }
  return store.unpack({ file, draft }, options)
}

/** A blob arrives as the store has it: whole, under its name, at once. */
function arrive(file: string, bytes: Buffer): void {
  fs.writeFileSync(`${file}.new`, bytes)
  fs.renameSync(`${file}.new`, file)
}

/** Waits until a build of the store holds a file. The build has to be one that cannot end yet. */
async function written(path: string): Promise<void> {
  const builds = join(folder, 'store/tmp/test')
  while (!fs.readdirSync(builds).some((build) => fs.existsSync(join(builds, build, 'fs', path)))) await sleep(5)
}

describe('a layer whose blob is arriving', () => {
  const tar = tarOf([node('first', 'file', { size: 3_000_000 }), node('last', 'file', { size: 10 })])

  test('is written as it comes and shows when the blob has its name', async () => {
    const arriving = layerOf('one', tar)
    fs.writeFileSync(arriving.draft, tar.subarray(0, 2_000_000))
    const unpacking = unpack(arriving)
    await written('first')
    fs.appendFileSync(arriving.draft, tar.subarray(2_000_000))
    await written('last')
    // Long enough for a reader that took the end of the draft for the end.
    await sleep(50)
    expect(store.has('one')).toBe(false)
    fs.renameSync(arriving.draft, arriving.file)
    expect((await unpacking).diffId).toBe(arriving.layer.diffId)
    expect(store.view([arriving.layer]).names('')).toEqual(['first', 'last'])
  })

  test('is read from the blob that another process stored first', async () => {
    const arriving = layerOf('one', tar)
    fs.writeFileSync(arriving.draft, tar.subarray(0, 700))
    const unpacking = unpack(arriving)
    await written('first')
    arrive(arriving.file, tar)
    expect((await unpacking).size).toBe(tar.length)
  })

  test('is given up when it is aborted, and its thread does other work after that', async () => {
    const arriving = layerOf('one', tar)
    fs.writeFileSync(arriving.draft, tar.subarray(0, 700))
    const controller = new AbortController()
    const unpacking = unpack(arriving, [], controller.signal)
    await written('first')
    controller.abort()
    await expect(unpacking).rejects.toMatchObject({ code: 'cancelled' })
    fs.writeFileSync(arriving.file, tar)
    expect((await unpack(arriving)).size).toBe(tar.length)
  })
})

describe('a layer that is unpacked before those below it', () => {
  const below = tarOf([node('d', 'dir', { mode: 0o700 }), node('d/old', 'file', { size: 5, mode: 0o600 })])

  /** Unpacks a tar over a layer that comes only when the tar has been read as far as it goes; gives both layers. */
  async function unpackOver(tar: Buffer, reached: string): Promise<readonly LayerRef[]> {
    const [lower, upper] = [layerOf('lower', below), layerOf('upper', tar)]
    fs.writeFileSync(upper.file, tar)
    const unpacking = [unpack(lower), unpack(upper, [lower.layer])]
    await (reached === '' ? sleep(50) : written(reached))
    arrive(lower.file, below)
    return Promise.all(unpacking)
  }

  test('takes over how directories look that it does not state', async () => {
    const layers = await unpackOver(tarOf([node('d/new', 'file', { size: 1 })]), 'd/new')
    expect(fs.statSync(join(await store.directory('upper'), 'd')).mode & 0o777).toBe(0o700)
    expect(store.readIndex('upper').map(({ path }) => path)).toEqual(['d/new'])
    expect(store.view(layers).names('d')).toEqual(['new', 'old'])
  })

  test('waits for none of them when it states all its directories, even after what is in them', async () => {
    const tar = tarOf([node('d/new', 'file'), node('d', 'dir', { mode: 0o711 })])
    const [lower, upper] = [layerOf('lower', below), layerOf('upper', tar)]
    fs.writeFileSync(upper.file, tar)
    const unpacking = unpack(lower)
    await unpack(upper, [lower.layer])
    expect(fs.statSync(join(await store.directory('upper'), 'd')).mode & 0o777).toBe(0o711)
    arrive(lower.file, below)
    await unpacking
    expect(store.view([lower.layer, upper.layer]).node('d')?.mode).toBe(0o711)
  })

  test('starts again when it links to one of their files', async () => {
    const layers = await unpackOver(tarOf([node('link', 'hardlink', { linkname: 'd/old' })]), '')
    expect(Buffer.from(store.view(layers).read('link')).toString()).toBe('xxxxx')
  })
})
