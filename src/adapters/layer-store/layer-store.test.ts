import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeTarEntries, encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { type Digest, digestOf, pathFromBytes } from '../../core/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import { extractArchive, type LayerStore, openLayerStore } from './index.ts'

let folder = ''
let store: LayerStore
let count = 0

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'slipway-layers-'))
  store = openLayerStore({ root: join(folder, 'store'), owner: 'test', overlayXattr: 'trusted' })
})

afterEach(async () => {
  await store.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

function run(command: string, input?: Uint8Array): Buffer {
  const done = spawnSync('sh', ['-ec', command], { cwd: folder, input, encoding: 'buffer', maxBuffer: 1 << 29 })
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr.toString()}`)
  return done.stdout
}

const isRoot = process.getuid?.() === 0
const canMount =
  isRoot && spawnSync('sh', ['-ec', 'd=$(mktemp -d); mount -t tmpfs none $d; umount $d; rmdir $d']).status === 0
if (!isRoot) console.log('layer-store: tests of owners and devices are skipped, they need root')
if (!canMount) console.log('layer-store: tests with a real overlay are skipped, mounting is not allowed here')

/** A new upper directory in the store's work area, filled by shell commands that run in it. */
function upper(script: string): string {
  count += 1
  const directory = join(store.workDirectory(`upper-${count}`), 'fs')
  fs.mkdirSync(directory)
  run(`cd ${directory}\n${script}`)
  return directory
}

/** Bundles a source of this folder so that plain Node can run it from `directory`; returns the path of the bundle. */
function bundleTo(directory: string, source: string, name: string): string {
  const outfile = join(directory, name)
  buildSync({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi', 'fzstd'],
    logLevel: 'error',
  })
  const modules = join(directory, 'node_modules')
  if (!fs.existsSync(modules)) fs.symlinkSync(join(process.cwd(), 'node_modules'), modules)
  return outfile
}

const base = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_600_000_000_000_000_000n }
const file = (path: string, text: string, more: Partial<PlannedEntry> = {}): PlannedEntry => ({
  path,
  kind: 'file',
  ...base,
  size: Buffer.byteLength(text),
  from: { kind: 'inline', data: Buffer.from(text) },
  ...more,
})
const node = (path: string, kind: LayerEntry['kind'], more: Partial<PlannedEntry> = {}): PlannedEntry => ({
  path,
  kind,
  ...base,
  ...(kind === 'dir' ? { mode: 0o755 } : {}),
  ...more,
})

/** The tar that planned entries stand for, contents inline. */
function tarOfPlanned(entries: readonly PlannedEntry[]): Buffer {
  const parts = entries.flatMap(({ from, ...entry }) => [
    encodeTarHeader(entry),
    from?.kind === 'inline' ? from.data : Buffer.alloc(0),
    Buffer.alloc(tarPadding(entry.size)),
  ])
  return Buffer.concat([...parts, endOfArchive])
}

async function* streamOf(data: Uint8Array, step = 100_000): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < data.length; at += step) yield data.subarray(at, at + step)
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

function unpackTar(tar: Buffer, id: string, lower: Parameters<LayerStore['unpack']>[1]['lower'] = []) {
  return store.unpack(streamOf(gzipSync(tar)), { id, diffId: digestOf(tar), lower })
}

/** Everything stat and the attribute calls tell about a tree, one line a path, for comparing two trees. */
function listing(directory: string): string[] {
  const names = run(
    `cd ${directory} && find . -mindepth 1 -printf '%P|%y|%#m|%U:%G|%T@|%l|%s\\n' | sed -E 's/\\|d\\|(.*)\\|[0-9]+$/|d|\\1|/' | LC_ALL=C sort`,
  )
  const xattrs = run(
    `cd ${directory} && getfattr -R -h -d -m '^(user|security.capability)' -e hex . 2>/dev/null || true`,
  )
  const links = run(
    `cd ${directory} && find . -type f -links +1 -printf '%i %P\\n' | LC_ALL=C sort -k2 | awk '{ if (!($1 in n)) n[$1] = ++c; print n[$1], $2 }'`,
  )
  const sums = run(`cd ${directory} && find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum`)
  return [names, xattrs, links, sums].flatMap((text) => text.toString('latin1').split('\n'))
}

/** A tree with one of everything that images hold. */
const zoo = `
mkdir -p etc/deep usr/bin var
printf 'hello' > etc/hello
ln etc/hello usr/hello-again
ln etc/hello etc/hello-third
ln -s ../etc/hello usr/link
ln -s "$(printf 'x%.0s' $(seq 180))" usr/long-link
cp /bin/true usr/bin/su; chown 0:42 usr/bin/su; chmod 6755 usr/bin/su
cp /bin/true usr/bin/cap; setcap cap_setuid,cap_net_raw+ep usr/bin/cap
printf 'attr' > etc/attr; setfattr -n user.note -v 'some value' etc/attr; setfattr -n user.empty etc/attr
mknod var/zero c 1 5; mknod -m 600 var/disk b 259 70000; mkfifo -m 622 var/pipe
printf 'owned' > etc/owned; chown 3000000:4000000 etc/owned; chmod 0640 etc/owned
printf 'bytes' > "$(printf 'etc/caf\\351 \\\\ name')"
printf 'line' > "$(printf 'etc/new\\nline')"
mkdir -p "$(printf 'd%.0s' $(seq 120))/$(printf 'e%.0s' $(seq 120))"
printf 'deep' > "$(printf 'd%.0s' $(seq 120))/$(printf 'e%.0s' $(seq 120))/$(printf 'f%.0s' $(seq 120))"
truncate -s 3M var/sparse; printf 'end' >> var/sparse
chmod 1777 var; chmod 2755 etc/deep; chown 0:42 etc/deep
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("var/socket")' 2>/dev/null || true
touch -h -d '2001-02-03 04:05:06.123456789 UTC' etc/hello usr/link var/zero
touch -h -d '1960-01-01 00:00:00.5 UTC' etc/attr
touch -d '2010-01-01 00:00:00.000000001 UTC' etc var usr/bin
`

describe.skipIf(!isRoot).each([
  ['through koffi', ''],
  ['through commands', '1'],
])('%s', (_, noFfi) => {
  beforeAll(() => {
    process.env['SLIPWAY_NO_FFI'] = noFfi
  })
  afterAll(() => {
    delete process.env['SLIPWAY_NO_FFI']
  })

  test('an upper directory becomes a layer whose tar GNU tar extracts to the same tree', async () => {
    const directory = upper(zoo)
    run(`rm -f ${directory}/var/socket`)
    const before = listing(directory)
    const layer = await store.commitUpper(directory)
    const tar = await collect(store.tarStream(layer.id))
    expect(digestOf(tar)).toBe(layer.diffId)
    expect([layer.id, tar.length]).toEqual([layer.diffId.slice(7), layer.size])
    fs.mkdirSync(join(folder, 'out'))
    run("tar --xattrs --xattrs-include='*' --numeric-owner -xpf - -C out", tar)
    expect(listing(join(folder, 'out'))).toEqual(before)
    expect(listing(await store.directory(layer.id))).toEqual(before)
  })

  test('an unpacked layer is the same tree again, index included', async () => {
    const made = await store.commitUpper(upper(zoo))
    expect(store.readIndex(made.id).some(({ path }) => path === 'var/socket')).toBe(false)
    fs.rmSync(join(await store.directory(made.id), 'var/socket'), { force: true })
    run(`touch -d '2010-01-01 00:00:00.000000001 UTC' ${await store.directory(made.id)}/var`)
    const tar = await collect(store.tarStream(made.id))
    const unpacked = await unpackTar(tar, 'chain-1')
    expect(listing(await store.directory('chain-1'))).toEqual(listing(await store.directory(made.id)))
    expect(store.readIndex('chain-1')).toEqual(store.readIndex(made.id))
    expect([unpacked.diffId, unpacked.content]).toEqual([made.diffId, made.diffId])
    expect((await collect(store.tarStream('chain-1'))).equals(tar)).toBe(true)
  })

  test('entries planned from a layer, in any order, make the same layer', async () => {
    const made = await store.commitUpper(upper(zoo))
    fs.rmSync(join(await store.directory(made.id), 'var/socket'), { force: true })
    run(`touch -d '2010-01-01 00:00:00.000000001 UTC' ${await store.directory(made.id)}/var`)
    const planned = store.readIndex(made.id).map((entry): PlannedEntry => {
      return entry.kind === 'file' ? { ...entry, from: { kind: 'layer', layer: made.id, path: entry.path } } : entry
    })
    const again = openLayerStore({ root: join(folder, 'store'), owner: 'again', overlayXattr: 'trusted' })
    fs.renameSync(join(folder, 'store/layers', made.id), join(folder, 'store/layers/source'))
    const moved = planned.map((entry) =>
      entry.from?.kind === 'layer' ? { ...entry, from: { ...entry.from, layer: 'source' } } : entry,
    )
    const copy = await again.commitEntries([...moved].reverse())
    expect(copy).toEqual(made)
    expect(listing(await again.directory(copy.id)).filter((line) => !/^\d+ /.test(line))).toEqual(
      listing(await again.directory('source')).filter((line) => !/^\d+ /.test(line)),
    )
    await again.close()
  })

  test('whiteouts, opaque directories and devices are written the way overlayfs reads them', async () => {
    const layer = await store.commitEntries([
      node('a', 'dir', { opaque: true }),
      node('gone', 'whiteout'),
      node('a/null', 'char', { devMajor: 1, devMinor: 3 }),
    ])
    const at = await store.directory(layer.id)
    const shape = run(
      `cd ${at} && stat -c '%n %F %t:%T' gone a/null && getfattr --only-values -n trusted.overlay.opaque a`,
    ).toString()
    expect(shape).toBe('gone character special file 0:0\na/null character special file 1:3\ny')
  })
})

describe.skipIf(!canMount)('a real overlay', () => {
  test('is read back as the difference it holds, and the layers show what the mount showed', async () => {
    const lower = await store.commitEntries([
      node('keep', 'dir'),
      file('keep/a', 'a'),
      node('drop', 'dir'),
      file('drop/x', 'x'),
      node('renew', 'dir'),
      file('renew/old', 'old'),
      file('swap', 'file'),
      node('turn', 'dir'),
      file('turn/in', 'in'),
    ])
    const work = store.workDirectory('mount')
    run(`mkdir ${work}/upper ${work}/work ${work}/merged
      mount -t overlay -o lowerdir=${await store.directory(lower.id)},upperdir=${work}/upper,workdir=${work}/work,redirect_dir=off,metacopy=off,index=off none ${work}/merged`)
    let shown: string[]
    try {
      run(`cd ${work}/merged && rm -r drop keep/a && rm -r renew && mkdir renew && echo new > renew/new && rm swap && mkdir swap
        rm -r turn && ln -s keep turn && echo b > keep/b && ln keep/b keep/c && cp /bin/true keep/cap && setcap cap_chown+ep keep/cap`)
      shown = listing(join(work, 'merged'))
    } finally {
      run(`umount ${work}/merged`)
    }
    const layer = await store.commitUpper(join(work, 'upper'))
    const facts = store.readIndex(layer.id).map(({ path, kind, opaque, linkname }) => [path, kind, opaque ?? linkname])
    expect(facts).toEqual([
      ['drop', 'whiteout', undefined],
      ['keep', 'dir', undefined],
      ['keep/a', 'whiteout', undefined],
      ['keep/b', 'file', undefined],
      ['keep/c', 'hardlink', 'keep/b'],
      ['keep/cap', 'file', undefined],
      ['renew', 'dir', true],
      ['renew/new', 'file', undefined],
      ['swap', 'dir', true],
      ['turn', 'symlink', 'keep'],
    ])
    const target = join(folder, 'flat')
    fs.mkdirSync(target)
    await store.applyTo(target, [lower, layer])
    expect(listing(target)).toEqual(shown)
    const flat = join(folder, 'flat-tar')
    fs.mkdirSync(flat)
    run("tar --xattrs --xattrs-include='*' -xpf - -C flat-tar", await collect(store.flatTar([lower, layer])))
    expect(listing(flat)).toEqual(shown)
  })
})

const hasUmoci = isRoot && spawnSync('umoci', ['--version']).status === 0
if (!hasUmoci) console.log('layer-store: the comparison with umoci is skipped, it is not installed or this is not root')

describe.skipIf(!hasUmoci)('umoci', () => {
  test('unpacks a stack of our layers to the tree that we flatten it to', async () => {
    const lower = await store.commitUpper(upper(`${zoo}\nrm -f var/socket`))
    const top = await store.commitEntries([
      node('etc', 'dir', { mode: 0o711 }),
      node('etc/hello', 'whiteout', { mode: 0 }),
      node('usr', 'dir', { opaque: true }),
      file('usr/fresh', 'fresh', { uid: 7, gid: 3_000_000, mtime: 1_000_000_000_000_000_001n }),
      node('usr/fresh-too', 'hardlink', { linkname: 'usr/fresh' }),
    ])
    const ours = join(folder, 'ours')
    fs.mkdirSync(ours)
    await store.applyTo(ours, [lower, top])
    run('umoci init --layout oci && umoci new --image oci:t')
    for (const { id } of [lower, top]) {
      fs.writeFileSync(join(folder, 'layer.tar'), await collect(store.tarStream(id)))
      run('umoci raw add-layer --image oci:t layer.tar')
    }
    run('umoci unpack --image oci:t bundle')
    // Go's tar reader takes an empty PAX value for an absent one, so Go programs lose empty attributes.
    const comparable = (directory: string) => listing(directory).filter((line) => line !== 'user.empty=0x')
    expect(comparable(join(folder, 'bundle/rootfs'))).toEqual(comparable(ours))
  })
})

const canUnshare = isRoot && spawnSync('unshare', ['-U', '-r', 'true']).status === 0
if (!canUnshare) console.log('layer-store: tests in a user namespace are skipped, unshare -U -r does not work here')

describe.skipIf(!canUnshare).each(['', '1'])('in a user namespace (SLIPWAY_NO_FFI=%j)', (noFfi) => {
  /** Commits the entries in a namespace where only uid 0 exists; returns what it prints. */
  const commit = (entries: string) => {
    bundleTo(folder, 'index.ts', 'store.mjs')
    const program = `import { openLayerStore } from './store.mjs'
      const store = openLayerStore({ root: 'rootless', owner: 'o', overlayXattr: 'user' })
      const base = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 5n }
      try { console.log(await store.directory((await store.commitEntries(${entries})).id)) }
      catch (error) { console.log(error.code + ': ' + error.message) }`
    fs.writeFileSync(join(folder, 'program.mjs'), program)
    return run(`SLIPWAY_NO_FFI=${noFfi} unshare -U -r ${process.execPath} program.mjs`).toString().trim()
  }

  test('whiteouts and opaque directories are made', () => {
    const at = commit(
      `[{ ...base, path: 'd', kind: 'dir', mode: 0o755, opaque: true }, { ...base, path: 'w', kind: 'whiteout', mode: 0 }]`,
    )
    expect(run(`cd ${at} && stat -c '%F %t:%T' w && getfattr --only-values -n user.overlay.opaque d`).toString()).toBe(
      'character special file 0:0\ny',
    )
  })

  test('a device node or an owner out of reach is named, not dropped', () => {
    expect(commit(`[{ ...base, path: 'null', kind: 'char', devMajor: 1, devMinor: 3 }]`)).toMatch(
      /^unsupported: .*null.*(EPERM|not permitted)/s,
    )
    expect(commit(`[{ ...base, path: 'mine', kind: 'file', uid: 5 }]`)).toMatch(/^unsupported: .*\/mine.*EINVAL/)
  })
})

describe('commitEntries', () => {
  test('the same entries twice are one layer, and nothing is left in the work area', async () => {
    const entries = [node('a', 'dir'), file('a/x', 'text')]
    const first = await store.commitEntries(entries)
    expect(await store.commitEntries(entries)).toEqual(first)
    expect(fs.readdirSync(join(folder, 'store/tmp/test'))).toEqual(['held'])
    expect(fs.readdirSync(join(folder, 'store/layers'))).toEqual([first.id])
    expect([store.has(first.id), store.get(first.id), store.has('none'), store.get('none')]).toEqual([
      true,
      first,
      false,
      undefined,
    ])
  })

  test('the digest of the content ignores times, the diff id does not', async () => {
    const one = await store.commitEntries([file('a', 'x')])
    const two = await store.commitEntries([file('a', 'x', { mtime: 5n })])
    expect(one.content).toBe(two.content)
    expect(one.diffId).not.toBe(two.diffId)
  })

  test('directories that are only implied stay out of the layer', async () => {
    const layer = await store.commitEntries([file('d/e/x', 'x')])
    expect(store.readIndex(layer.id).map(({ path }) => path)).toEqual(['d/e/x'])
    expect(fs.statSync(join(await store.directory(layer.id), 'd')).mode & 0o7777).toBe(0o755)
  })

  test('a host file that changed since it was planned is refused and leaves nothing behind', async () => {
    fs.writeFileSync(join(folder, 'host'), 'longer than planned')
    const from = { kind: 'host' as const, path: join(folder, 'host') }
    const refused = { code: 'context-unreadable' }
    await expect(store.commitEntries([{ ...file('a', 'short'), from }])).rejects.toMatchObject(refused)
    await expect(
      store.commitEntries([{ ...file('a', 'longer than planneX'), digest: digestOf('other'), from }]),
    ).rejects.toMatchObject(refused)
    expect(fs.readdirSync(join(folder, 'store/layers'))).toEqual([])
    expect(fs.readdirSync(join(folder, 'store/tmp/test'))).toEqual([])
  })

  test('a path planned twice and a link to nothing are internal errors', async () => {
    await expect(store.commitEntries([file('a', 'x'), file('a', 'y')])).rejects.toMatchObject({ code: 'internal' })
    await expect(store.commitEntries([node('a', 'hardlink', { linkname: 'b' })])).rejects.toMatchObject({
      code: 'internal',
    })
  })
})

describe('unpack', () => {
  test('a stream that does not hash to the promised diff id leaves no layer', async () => {
    const tar = tarOfPlanned([file('a', 'x')])
    const wrong = store.unpack(streamOf(tar), { id: 'bad', diffId: digestOf('other'), lower: [] })
    await expect(wrong).rejects.toMatchObject({ code: 'checksum-mismatch' })
    expect([store.has('bad'), fs.readdirSync(join(folder, 'store/tmp/test'))]).toEqual([false, []])
  })

  test('bytes after the end of the archive count for the diff id', async () => {
    const tar = Buffer.concat([tarOfPlanned([file('a', 'x')]), Buffer.alloc(10_240 - 2048)])
    expect((await unpackTar(tar, 'padded')).size).toBe(10_240)
  })

  test.each(['gzip -c', 'xz -c', 'bzip2 -c', 'zstd -c', 'cat'])('a blob made by `%s` unpacks', async (command) => {
    const name = command.split(' ')[0] as string
    if (spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
      return console.log(`skipped: ${name} is not installed`)
    const tar = tarOfPlanned([file('a', 'text '.repeat(50_000))])
    const layer = await store.unpack(streamOf(run(command, tar)), { id: 'packed', diffId: digestOf(tar), lower: [] })
    expect(store.view([layer]).read('a').length).toBe(250_000)
  })

  test('a damaged xz blob is a bad archive', async () => {
    if (spawnSync('sh', ['-c', 'command -v xz']).status !== 0) return console.log('skipped: xz is not installed')
    const packed = run('xz -c', Buffer.alloc(100_000, 'text'))
    const cut = store.unpack(streamOf(packed.subarray(0, packed.length - 20)), {
      id: 'cut',
      diffId: digestOf(''),
      lower: [],
    })
    await expect(cut).rejects.toMatchObject({ code: 'bad-archive' })
  })

  test('a blob in a file unpacks, and one that is there already is not read again', async () => {
    const tar = tarOfPlanned([file('a', 'x')])
    fs.writeFileSync(join(folder, 'blob'), gzipSync(tar))
    const options = { id: 'from-file', diffId: digestOf(tar), lower: [] }
    const layer = await store.unpack({ file: join(folder, 'blob') }, options)
    fs.rmSync(join(folder, 'blob'))
    expect(await store.unpack({ file: join(folder, 'blob') }, options)).toEqual(layer)
  })

  test('links in the archive cannot lead a file out of the layer', async () => {
    fs.mkdirSync(join(folder, 'victim'))
    const tar = tarOfPlanned([
      node('abs', 'symlink', { linkname: join(folder, 'victim') }),
      file('abs/planted', 'x'),
      node('up', 'symlink', { linkname: '../../../../../../..' }),
      file('up/planted', 'x'),
      node('chain', 'symlink', { linkname: 'abs' }),
      file('chain/planted2', 'x'),
    ])
    const layer = await unpackTar(tar, 'hostile')
    expect(fs.readdirSync(join(folder, 'victim'))).toEqual([])
    expect(store.view([layer]).names('')).toEqual(['abs', 'chain', 'planted', 'tmp', 'up'])
  })

  test.each([
    ['that climbs out', [{ ...file('x', ''), path: '../x' }]],
    ['inside a file', [file('a', 'x'), file('a/b', 'y')]],
    ['linked to a directory', [node('d', 'dir'), node('l', 'hardlink', { linkname: 'd' })]],
    ['linked to nothing', [node('l', 'hardlink', { linkname: 'nowhere' })]],
    [
      'behind links in a circle',
      [node('a', 'symlink', { linkname: 'b' }), node('b', 'symlink', { linkname: 'a' }), file('a/x', 'x')],
    ],
  ])('an entry %s is a bad archive', async (_, entries) => {
    await expect(unpackTar(tarOfPlanned(entries), 'bad')).rejects.toMatchObject({ code: 'bad-archive' })
    expect(store.has('bad')).toBe(false)
  })

  test('a link to a file of a lower layer becomes a copy with its owner, mode and time', async () => {
    const lower = await store.commitEntries([node('d', 'dir', { mode: 0o750 }), file('d/x', 'text', { mode: 0o4755 })])
    const layer = await unpackTar(tarOfPlanned([node('d/y', 'hardlink', { linkname: 'd/x' })]), 'linked', [lower])
    const [entry] = store.readIndex(layer.id)
    expect(entry).toMatchObject({
      path: 'd/y',
      kind: 'file',
      mode: 0o4755,
      size: 4,
      mtime: base.mtime,
      digest: digestOf('text'),
    })
    expect(store.view([layer]).read('d/y').toString()).toBe('text')
    expect(fs.statSync(join(await store.directory(layer.id), 'd')).mode & 0o7777).toBe(0o750)
  })

  test('later entries replace earlier ones, and other names of a replaced file keep its content', async () => {
    const layer = await unpackTar(
      tarOfPlanned([
        file('a', 'first'),
        node('b', 'hardlink', { linkname: 'a' }),
        node('c', 'hardlink', { linkname: 'b' }),
        file('a', 'second'),
        node('d', 'dir'),
        file('d/x', 'x'),
        file('d', 'now a file'),
      ]),
      'replaced',
    )
    const view = store.view([layer])
    expect(['a', 'b', 'c', 'd'].map((path) => view.read(path).toString())).toEqual([
      'second',
      'first',
      'first',
      'now a file',
    ])
    expect(view.node('b')?.inode).toBe(view.node('c')?.inode)
    const index = store.readIndex(layer.id)
    expect(index.map(({ path, kind }) => `${path} ${kind}`).sort()).toEqual([
      'a file',
      'b file',
      'c hardlink',
      'd file',
    ])
    expect(decodeTarEntries(await collect(store.tarStream(layer.id))).map(({ path }) => path)).toEqual(
      index.map(({ path }) => path),
    )
  })

  test('a deletion next to a new node of that name hides only what is below', async () => {
    const lower = await store.commitEntries([
      node('d', 'dir'),
      file('d/old', 'x'),
      file('f', 'old'),
      node('e', 'dir'),
      file('e/old', 'x'),
    ])
    const gone = (path: string) => node(path, 'whiteout', { mode: 0 })
    const tar = tarOfPlanned([
      gone('d'),
      node('d', 'dir'),
      file('d/new', 'x'),
      file('f', 'new'),
      gone('f'),
      gone('e'),
      file('e/new', 'x'),
    ])
    const layer = await unpackTar(tar, 'mixed', [lower])
    const view = store.view([lower, layer])
    expect(['', 'd', 'e'].map((path) => view.names(path))).toEqual([['d', 'e', 'f'], ['new'], ['new']])
    expect(view.read('f').toString()).toBe('new')
  })

  test('an opaque root hides every name of the layers below', async () => {
    const lower = await store.commitEntries([node('d', 'dir'), file('d/old', 'x'), file('f', 'old')])
    const tar = tarOfPlanned([file('.wh..wh..opq', ''), node('d', 'dir'), file('d/new', 'x')])
    const layer = await unpackTar(tar, 'opaque-root', [lower])
    expect(store.view([lower, layer]).names('d')).toEqual(['new'])
    expect(store.view([lower, layer]).names('')).toEqual(['d'])
  })
})

describe('a view', () => {
  test('shows nodes without paths, names in byte order and where content lies', async () => {
    const odd = pathFromBytes(Buffer.from([0x66, 0xff]))
    const lower = await store.commitEntries([file('b', 'low'), file('a', 'a'), node('d', 'dir')])
    const layer = await store.commitEntries([
      file('b', 'high'),
      file(odd, 'odd'),
      file('d/x', 'x'),
      node('l', 'hardlink', { linkname: 'b' }),
    ])
    const view = store.view([lower, layer])
    expect(view.names('')).toEqual(['a', 'b', 'd', odd, 'l'])
    expect(view.origin('b')).toEqual({ kind: 'layer', layer: layer.id, path: 'b' })
    expect(view.origin('a')).toEqual({ kind: 'layer', layer: lower.id, path: 'a' })
    expect(view.read(odd).toString()).toBe('odd')
    expect(view.node('l')?.inode).toBe(view.node('b')?.inode)
    expect(view.node('a')).toEqual({ kind: 'file', ...base, size: 1, digest: digestOf('a') })
    expect([view.node('none'), view.names('a'), view.node('d/x/y')]).toEqual([undefined, [], undefined])
  })
})

describe('worker threads', () => {
  let pooled: LayerStore
  beforeEach(() => {
    const script = bundleTo(folder, 'layer-thread.ts', 'worker.mjs')
    pooled = openLayerStore({
      root: join(folder, 'pooled'),
      owner: 'p',
      overlayXattr: 'trusted',
      workerScript: script,
      workers: 2,
    })
  })
  afterEach(() => pooled.close())

  test('make the same layers as the calling thread, several at a time, and report errors as ours', async () => {
    const many = (name: string) =>
      Array.from({ length: 50 }, (_, at) => file(`${name}-${at}`, `${name} ${at}`, { mtime: BigInt(at) }))
    const names = ['a', 'b', 'c', 'd']
    const here = await Promise.all(names.map((name) => store.commitEntries(many(name))))
    const there = await Promise.all(names.map((name) => pooled.commitEntries(many(name))))
    expect(there).toEqual(here)
    const tar = tarOfPlanned(many('t'))
    const bad = pooled.unpack(streamOf(tar.subarray(0, 5000), 999), { id: 'bad', diffId: digestOf(tar), lower: [] })
    await expect(bad).rejects.toMatchObject({ name: 'SlipwayError', code: 'bad-archive' })
    const good = await pooled.unpack(streamOf(tar, 999), { id: 'good', diffId: digestOf(tar), lower: [] })
    expect(pooled.view([good]).names('').length).toBe(50)
  })

  test('stop at an abort, after which the pool still works', async () => {
    const never = (async function* () {
      yield tarOfPlanned([file('a', 'x')]).subarray(0, 512)
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref())
    })()
    const controller = new AbortController()
    const running = pooled.unpack(never, { id: 'x', diffId: digestOf(''), lower: [], signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect((await pooled.commitEntries([file('a', 'x')])).diffId).toMatch(/^sha256:/)
  })

  test('may be stopped at any moment of their start', async () => {
    // Nothing ever comes, so that no thread is ready for the next round.
    const silence = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref())
      yield new Uint8Array()
    }
    for (let round = 0; round < 60; round += 1) {
      const signal = AbortSignal.timeout(20 + (round % 40))
      const how = { id: 'x', diffId: digestOf(''), lower: [], signal }
      await Promise.allSettled([pooled.unpack(silence(), how), pooled.unpack(silence(), { ...how, id: 'y' })])
    }
  }, 60_000)

  test('take a file of 300 MB in bounded memory', async () => {
    const size = 300 << 20
    const head = encodeTarHeader({ path: 'big', kind: 'file', ...base, size })
    const zeros = new Uint8Array(1 << 20)
    const source = async function* () {
      yield head
      for (let at = 0; at < 300; at += 1) yield zeros
      yield endOfArchive
    }
    const hash = (await import('node:crypto')).createHash('sha256')
    for await (const chunk of source()) hash.update(chunk)
    const before = process.memoryUsage().rss
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
    const layer = await pooled.unpack(source(), {
      id: 'big',
      diffId: `sha256:${hash.digest('hex')}` as Digest,
      lower: [],
    })
    let bytes = 0
    for await (const chunk of pooled.tarStream(layer.id)) bytes += chunk.length
    clearInterval(watch)
    expect(bytes).toBe(layer.size)
    expect((peak - before) / (1 << 20)).toBeLessThan(150)
  })
})

describe('extractArchive', () => {
  test('gives entries in archive order with their contents as files, whiteout names literal', async () => {
    const tar = tarOfPlanned([node('d', 'dir'), file('d/x', 'one'), file('d/.wh.y', 'two'), file('d/x', 'three')])
    const entries = await extractArchive(streamOf(gzipSync(tar)), store.workDirectory('archive'))
    const texts = entries.map(({ path, from }) => [
      path,
      from?.kind === 'host' ? fs.readFileSync(from.path, 'utf8') : undefined,
    ])
    expect(texts).toEqual([
      ['d', undefined],
      ['d/x', 'one'],
      ['d/.wh.y', 'two'],
      ['d/x', 'three'],
    ])
  })
})
