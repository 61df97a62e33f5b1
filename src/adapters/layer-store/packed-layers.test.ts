import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { type LayerStore, openLayerStore } from './index.ts'

let folder = ''
let store: LayerStore
let other: LayerStore

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'slipway-packed-'))
  const open = (owner: string): LayerStore => openLayerStore({ root: `${folder}/store`, owner, overlayXattr: 'user' })
  store = open('one')
  other = open('two')
})

afterEach(async () => {
  await Promise.all([store.close(), other.close()])
  fs.rmSync(folder, { recursive: true, force: true })
})

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const directory: PlannedEntry = { path: 'd', kind: 'dir', mode: 0o711, ...owner, size: 0, mtime: 1_000_000_123n }

function file(path: string, data: Buffer, more: Partial<PlannedEntry> = {}): PlannedEntry {
  const from = { kind: 'inline', data } as const
  return { path, kind: 'file', mode: 0o640, ...owner, size: data.length, mtime: 5n, from, ...more }
}

/** More than two buffers of the writer. */
const large = Buffer.alloc(2_500_000, 'abcdefg')
const entries = [directory, file('d/small', Buffer.from('content')), file('d/empty', Buffer.alloc(0)), file('z', large)]

function place(layer: LayerRef): string {
  return store.place(layer.id)
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

function all(from: LayerStore, id: string): readonly string[] {
  return ['d/small', 'd/empty', 'z'].map((path) =>
    digestOf(from.readPart(id, path, { offset: 0, length: large.length })),
  )
}

const contents = ['content', '', large].map((data) => digestOf(data))

describe('a layer of entries', () => {
  test('is the tar that its diff id names, and no file is made', async () => {
    const layer = await store.commitEntries(entries)
    const tar = fs.readFileSync(join(place(layer), 'tar'))
    expect([digestOf(tar), tar.length]).toEqual([layer.diffId, layer.size])
    expect(fs.readdirSync(place(layer)).sort()).toEqual(['index', 'layer.json', 'tar'])
    expect(store.readIndex(layer.id).flatMap(({ digest }) => digest ?? [])).toEqual([
      contents[1],
      contents[0],
      contents[2],
    ])
  })

  test('has its files once somebody wants the directory, and no tar then', async () => {
    const layer = await store.commitEntries(entries)
    const [one, two] = await Promise.all([store.directory(layer.id), store.directory(layer.id)])
    expect([one, fs.readdirSync(place(layer)).sort()]).toEqual([two, ['fs', 'index', 'layer.json']])
    const [small, made] = ['d/small', 'd'].map((path) => fs.statSync(join(one, path), { bigint: true }))
    expect([small?.mode, small?.mtimeNs, made?.mode, made?.mtimeNs]).toEqual([0o100640n, 5n, 0o40711n, 1_000_000_123n])
    expect(digestOf(fs.readFileSync(join(one, 'z')))).toBe(contents[2])
  })

  test('reads the same from the tar and from the files', async () => {
    const layer = await store.commitEntries(entries)
    const before = [all(store, layer.id), digestOf(await bytesOf(store.tarStream(layer.id)))]
    expect(before).toEqual([contents, layer.diffId])
    await store.directory(layer.id)
    expect([all(store, layer.id), digestOf(await bytesOf(store.tarStream(layer.id)))]).toEqual(before)
    expect(store.readPart(layer.id, 'd/small', { offset: 3, length: 2 }).toString()).toBe('te')
  })

  test('is found where another process has put its files in the meantime', async () => {
    const layer = await store.commitEntries(entries)
    expect(all(store, layer.id)).toEqual(contents)
    await Promise.all([other.directory(layer.id), store.directory(layer.id)])
    expect([all(store, layer.id), all(other, layer.id)]).toEqual([contents, contents])
    expect(fs.readdirSync(`${folder}/store/tmp/one`)).toEqual(['held'])
  })

  test('is found when it was removed and made again in another form', async () => {
    const layer = await store.commitEntries(entries)
    await store.directory(layer.id)
    expect(all(store, layer.id)).toEqual(contents)
    fs.rmSync(place(layer), { recursive: true })
    expect(() => all(store, layer.id)).toThrow(`cannot read /d/small of the layer ${layer.id}`)
    await other.commitEntries(entries)
    expect(all(store, layer.id)).toEqual(contents)
  })

  test('takes contents of other layers, packed or not', async () => {
    const source = await store.commitEntries(entries)
    const copied = file('copy', large, { from: { kind: 'layer', layer: source.id, path: 'z' } })
    const small = file('small', Buffer.from('content'), { from: { kind: 'layer', layer: source.id, path: 'd/small' } })
    const first = await store.commitEntries([copied, small])
    await store.directory(source.id)
    expect(await store.commitEntries([copied, small])).toEqual(first)
    const bytes = store.readPart(first.id, 'copy', { offset: 0, length: large.length })
    expect(digestOf(bytes)).toBe(contents[2])
  })

  test('shares no file with the layer that its contents came from', async () => {
    const source = await store.commitEntries([file('a', Buffer.from('first'))])
    const from = { kind: 'layer', layer: source.id, path: 'a' } as const
    const copy = await store.commitEntries([file('b', Buffer.from('first'), { from })])
    fs.writeFileSync(join(await store.directory(source.id), 'a'), 'other')
    expect(fs.readFileSync(join(await store.directory(copy.id), 'b'), 'utf8')).toBe('first')
  })

  test.each([
    ['shorter', 'small', -1],
    ['longer', 'small', 1],
    ['shorter', 'large', -1],
    ['longer', 'large', 1],
  ])('refuses a host file that is %s than planned (%s)', async (_, size, by) => {
    const data = size === 'large' ? large : Buffer.from('content')
    const path = join(folder, 'host')
    fs.writeFileSync(path, data)
    const planned = file('a', data, { from: { kind: 'host', path }, size: data.length - by })
    await expect(store.commitEntries([planned])).rejects.toMatchObject({ code: 'context-unreadable' })
    expect([fs.readdirSync(`${folder}/store/layers`), fs.readdirSync(`${folder}/store/tmp/one`)]).toEqual([[], []])
  })

  test('takes what has not changed from the layer of the last run, without looking at the files', async () => {
    const planned = (name: string, text: string): PlannedEntry => {
      const path = join(folder, name)
      fs.writeFileSync(path, text)
      const data = Buffer.from(text)
      return file(name, data, { digest: digestOf(text), from: { kind: 'host', path } })
    }
    const first = ['a', 'b', 'c', 'f', 'g'].map((name) => planned(name, `content of ${name}`))
    const last = await store.commitEntries([directory, ...first])
    const [a, b, c, , g] = first as [PlannedEntry, PlannedEntry, PlannedEntry, PlannedEntry, PlannedEntry]
    const second = [directory, a, planned('aa', 'new'), planned('b', 'changed'), { ...c, mode: 0o600 }, g]
    const wanted = await other.commitEntries(second)
    fs.rmSync(store.place(wanted.id), { recursive: true })
    for (const gone of ['a', 'g']) fs.rmSync(join(folder, gone))
    expect(await store.commitEntries(second, { like: last.id })).toEqual(wanted)
    expect(digestOf(fs.readFileSync(join(place(wanted), 'tar')))).toBe(wanted.diffId)
    expect(store.readIndex(wanted.id).map(({ path }) => path)).toEqual(['a', 'aa', 'b', 'c', 'd', 'g'])
    await expect(store.commitEntries([{ ...a, digest: digestOf('other') }, b], { like: last.id })).rejects.toThrow()
  })

  test.each(['gone', 'unfolded'])('needs nothing of a layer that is %s', async (state) => {
    const last = await store.commitEntries(entries)
    if (state === 'gone') fs.rmSync(place(last), { recursive: true })
    else await store.directory(last.id)
    const layer = await store.commitEntries([...entries, file('zz', large)], { like: last.id })
    expect(all(store, layer.id)).toEqual(contents)
  })

  test('is given up when the build is cancelled, and nothing is left', async () => {
    const path = join(folder, 'host')
    fs.writeFileSync(path, '')
    fs.truncateSync(path, 1 << 30)
    const stop = new AbortController()
    const planned = file('a', Buffer.alloc(0), { from: { kind: 'host', path }, size: 1 << 30 })
    const making = store.commitEntries([planned], { signal: stop.signal })
    setTimeout(() => stop.abort(), 20)
    await expect(making).rejects.toMatchObject({ code: 'cancelled' })
    expect(fs.readdirSync(`${folder}/store/tmp/one`)).toEqual([])
  })
})
