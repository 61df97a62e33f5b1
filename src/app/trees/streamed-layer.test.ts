import { randomBytes } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { dataProgram } from '../../../test/kit/data-program.ts'
import { elfWithSection } from '../../../test/kit/elf-with-section.ts'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { digestOf } from '../../core/index.ts'
import { listPackages, listPrograms } from '../../inventory/index.ts'
import { type LayerFiles, stackFiles } from './layer-files.ts'
import { streamLayer } from './streamed-layer.ts'

type Member = Partial<LayerEntry> & { readonly path: string; readonly content?: Buffer }

function tar(members: readonly Member[]): Buffer {
  const parts = members.flatMap(({ content = Buffer.alloc(0), ...given }) => {
    const entry: LayerEntry = { kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0n, ...given, size: content.length }
    return [encodeTarHeader(entry), content, Buffer.alloc(tarPadding(content.length))]
  })
  return Buffer.concat([...parts, endOfArchive])
}

/** In pieces, as networks deliver. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function layer(name: string, members: readonly Member[], size = 1000): Promise<LayerFiles> {
  return streamLayer(digestOf(name), pieces(gzipSync(tar(members)), size))
}

/** A Go program whose build information begins at `offset`. */
function goProgram(offset: number): Buffer {
  const file = dataProgram(400_000, { offset, length: 100_000 })
  file.write('\xff Go buildinf:\x08\x02', offset, 'latin1')
  file.write('\x08go1.22.5\x00', offset + 32, 'latin1')
  return file
}

describe('streamLayer', () => {
  it('gives entries with digests, and of contents what inventories ask for', async () => {
    const status = Buffer.from('Package: a\nVersion: 1\nStatus: install ok installed\n')
    const { entries, read } = await layer('one', [
      { path: 'var/lib/dpkg/status', content: status },
      { path: 'data', content: Buffer.from('other') },
      { path: 'link', kind: 'symlink', linkname: 'data' },
    ])
    expect(entries.map(({ path, kind, digest }) => [path, kind, digest])).toEqual([
      ['var/lib/dpkg/status', 'file', digestOf(status)],
      ['data', 'file', digestOf('other')],
      ['link', 'symlink', undefined],
    ])
    expect(Buffer.from(read('var/lib/dpkg/status', { offset: 0, length: 999 }) ?? '')).toEqual(status)
    expect(read('data', { offset: 0, length: 5 })).toBeUndefined()
  })

  it.each([100, 4000, 70_000])('keeps heads of programs and the modules of Go ones in pieces of %i', async (size) => {
    const plain = goProgram(200_000).fill(0, 200_000)
    const members = [
      { path: 'bin/go', mode: 0o755, content: goProgram(200_000) },
      { path: 'bin/near', mode: 0o755, content: goProgram(8192) },
      { path: 'bin/plain', mode: 0o755, content: plain },
      { path: 'bin/text', mode: 0o755, content: Buffer.alloc(300_000, 'x') },
    ]
    const files = await streamLayer(digestOf('go'), pieces(tar(members), size))
    const { view, read } = stackFiles([files])
    expect(listPackages(view, read).packages.map(({ path, purl }) => [path, purl])).toEqual([
      ['bin/go', 'pkg:golang/stdlib@1.22.5'],
      ['bin/near', 'pkg:golang/stdlib@1.22.5'],
    ])
    expect([...listPrograms(view, read).keys()]).toEqual(['bin/go', 'bin/near', 'bin/plain'])
  })

  it.each([1000, 70_000])('keeps the crates of programs that cargo auditable linked, in pieces of %i', async (size) => {
    const list = deflateSync(JSON.stringify({ packages: [{ name: 'serde', version: '1.0.200', source: 'crates.io' }] }))
    const content = elfWithSection('.dep-v0', list, 300_000)
    const other = elfWithSection('.other', list, 300_000)
    const members = [
      { path: 'bin/app', mode: 0o755, content },
      { path: 'bin/other', mode: 0o755, content: other },
    ]
    const { view, read } = stackFiles([await layer('rust', members, size)])
    expect(listPackages(view, read).packages.map(({ path, purl }) => [path, purl])).toEqual([
      ['bin/app', 'pkg:cargo/serde@1.0.200'],
    ])
    expect(read('bin/other', { offset: 200_000, length: 8 })).toBeUndefined()
  })

  it('keeps of Java archives what says what they are, also of those in them', async () => {
    const pom = (name: string): Buffer => Buffer.from(`groupId=org.example\nartifactId=${name}\nversion=1.0\n`)
    const classes = randomBytes(500_000)
    const inner = zipSync({ 'META-INF/maven/a/b/pom.properties': pom('inner'), 'A.class': classes })
    const outer = zipSync({
      'META-INF/maven/a/c/pom.properties': pom('outer'),
      'lib/inner.jar': inner,
      'B.class': classes,
    })
    const { view, read } = stackFiles([
      await layer('java', [
        { path: 'srv/app.jar', content: Buffer.from(outer) },
        { path: 'srv/no.jar', content: Buffer.alloc(100_000, 'PK') },
      ]),
    ])
    const { packages, skipped } = listPackages(view, read)
    expect(packages.map(({ name, within }) => [name, within])).toEqual([
      ['org.example:inner', 'lib/inner.jar'],
      ['org.example:outer', undefined],
    ])
    expect(skipped).toEqual([{ path: 'srv/no.jar', reason: 'it is not a zip archive' }])
    expect(read('srv/app.jar', { offset: 0, length: outer.length })?.length).toBeLessThan(2000)
  })

  it('keeps opaque marks, also of directories that the layer does not state', async () => {
    const lower = await layer('lower', [
      { path: 'a/old', content: Buffer.from('1') },
      { path: 'b/old', content: Buffer.from('1') },
    ])
    const upper = await layer('upper', [
      { path: 'a/.wh..wh..opq' },
      { path: 'a/new', content: Buffer.from('2') },
      { path: 'b/.wh.old' },
    ])
    const { view } = stackFiles([lower, upper])
    expect(view.names('a')).toEqual(['new'])
    expect(view.names('b')).toEqual([])
  })

  it('rejects what is no archive', async () => {
    await expect(streamLayer(digestOf('x'), pieces(Buffer.alloc(2000, 'x'), 100))).rejects.toThrow('archive')
  })
})
