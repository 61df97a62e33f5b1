import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('outputs')
})
afterAll(() => bench.remove())

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' })
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'))
const dockerfile =
  'FROM bb AS made\nRUN echo hello > /hello\nFROM scratch\nCOPY --from=made /hello /hello\nCMD ["/hello"]\n'

/** An OCI archive unpacked, with its parts read along the descriptors; every blob is checked against its digest. */
function openLayout(archive: string) {
  const dir = bench.place('layout')
  mkdirSync(dir)
  run('tar', '-xf', archive, '-C', dir)
  const blob = (digest: string): Buffer => {
    const bytes = readFileSync(path.join(dir, 'blobs', digest.replace(':', '/')))
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest)
    return bytes
  }
  const index = json(path.join(dir, 'index.json'))
  const manifest = JSON.parse(blob(index.manifests[0].digest).toString())
  return { dir, blob, index, manifest, config: JSON.parse(blob(manifest.config.digest).toString()) }
}

/** Answers once the store has a compressed layer, or after 20 s with an error. */
async function untilCompressed(root: string): Promise<{ readonly url: string; close(): void }> {
  const records = path.join(root, 'blobs/by-diff-id')
  const known = existsSync(records) ? readdirSync(records).length : 0
  const server = createServer(async (_, response) => {
    const isThere = (): boolean => existsSync(records) && readdirSync(records).length > known
    for (let waited = 0; waited < 200 && !isThere(); waited += 1) await new Promise((done) => setTimeout(done, 100))
    response.writeHead(isThere() ? 200 : 500).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

describe('--output', () => {
  test('compresses a layer of the image while the steps after it run', async () => {
    const { url, close } = await untilCompressed(bench.root)
    try {
      const lines = ['FROM bb', 'RUN echo ahead > /ahead', `RUN --network=host wget -q -O /answer ${url}`]
      const archive = bench.place('ahead.tar')
      await bench.build(lines.join('\n'), ['--allow', 'network.host', '-o', `type=oci,dest=${archive}`])
      expect(openLayout(archive).manifest.layers).toHaveLength(3)
    } finally {
      close()
    }
  })

  test('local writes the files, tar an archive of them, `-o -` the archive to standard output', async () => {
    const [dest, tar] = [bench.place('local'), bench.place('tar')]
    await bench.build(dockerfile, ['-o', dest, '-o', `type=tar,dest=${tar}`])
    expect(readFileSync(path.join(dest, 'hello'), 'utf8')).toBe('hello\n')
    expect(run('tar', '-tf', tar)).toBe('hello\n')
    const piped = await bench.build(dockerfile, ['-o', '-'])
    expect(piped.stdout).toBe(readFileSync(tar, 'latin1'))
  })

  test('oci and docker write archives that skopeo reads, all in one build', async () => {
    const [oci, docker] = [bench.place('oci'), bench.place('docker')]
    const ids = bench.place('iid')
    await bench.build(dockerfile, [
      '-t',
      'example.com/team/app:1',
      '-o',
      `type=oci,dest=${oci}`,
      '-o',
      `type=docker,dest=${docker}`,
      '--iidfile',
      ids,
    ])
    const { config, index, manifest } = openLayout(oci)
    expect(config.config.Cmd).toEqual(['/hello'])
    expect(index.manifests[0].annotations['org.opencontainers.image.ref.name']).toBe('1')
    expect(manifest.layers.length).toBe(1)
    const inspected = ['oci-archive', 'docker-archive'].map((kind) =>
      JSON.parse(run('skopeo', 'inspect', '--config', `${kind}:${kind === 'oci-archive' ? oci : docker}`)),
    )
    expect(inspected[0]).toEqual(inspected[1])
    expect(readFileSync(ids, 'utf8')).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('--metadata-file has the digests and names, -q prints the id and nothing else', async () => {
    const [metadata, iid, oci] = [bench.place('metadata'), bench.place('iid'), bench.place('oci')]
    await bench.build(dockerfile, [
      '-t',
      'app',
      '--metadata-file',
      metadata,
      '--iidfile',
      iid,
      '-o',
      `type=oci,dest=${oci}`,
    ])
    const { index, manifest } = openLayout(oci)
    expect(json(metadata)).toMatchObject({
      'containerimage.digest': index.manifests[0].digest,
      'containerimage.config.digest': manifest.config.digest,
      'image.name': 'docker.io/library/app:latest',
    })
    const quiet = await bench.build(dockerfile, ['-q'])
    expect([quiet.stdout, quiet.stderr]).toEqual([`${readFileSync(iid, 'utf8')}\n`, ''])
    expect(manifest.config.digest).toBe(readFileSync(iid, 'utf8'))
  })
})

const everything = [
  'FROM bb',
  'RUN mkdir -p /d/gone /d/opaque /keep && echo 1 > /d/gone/f && echo 2 > /d/opaque/old && echo 3 > /d/file && touch /keep/a',
  'COPY setcap.sh /',
  'RUN rm -r /d/gone /d/file && rm -r /d/opaque && mkdir /d/opaque && echo new > /d/opaque/new && \\',
  '  echo x > /keep/b && ln /keep/b /keep/c && cp /bin/busybox /keep/suid && chmod 6755 /keep/suid && \\',
  '  mkfifo /keep/fifo && mknod /keep/null c 1 3 && mknod /keep/loop b 7 0 && ln -s nowhere /keep/link && \\',
  '  echo n > "$(printf "/keep/n\\303\\050")" && echo b > /keep/big && chown 3000000:2097152 /keep/big && \\',
  '  truncate -s 67108864 /keep/sparse && chmod 1777 /d',
].join('\n')

describe.runIf(process.getuid?.() === 0)('a layer', () => {
  let archive = ''
  beforeAll(async () => {
    archive = bench.place('everything')
    // Attributes come from the context of a base layer: busybox has no program that sets them.
    const withCaps = bench.context({ tool: 'x' })
    run('touch', '-d', '2001-02-03 04:05:06.789012345', `${withCaps}/old`)
    run('setcap', 'cap_net_bind_service=ep', `${withCaps}/tool`)
    await bench.build(
      `${everything.replace('COPY setcap.sh /', 'ADD caps.tar /')}`,
      ['-t', 'everything', '-o', `type=oci,dest=${archive},compression=uncompressed`],
      {
        files: {
          'caps.tar': execFileSync('tar', [
            '--xattrs',
            '--xattrs-include=*',
            '--format=pax',
            '-C',
            withCaps,
            '-c',
            'tool',
            'old',
          ]),
        },
      },
    )
  })

  test('is listed by tar with every kind, mode, owner, time and name that the step left', () => {
    const { blob, manifest } = openLayout(archive)
    const layer = bench.place('layer')
    execFileSync('sh', ['-c', 'cat > "$1"', 'sh', layer], { input: blob(manifest.layers.at(-1).digest) })
    const lines = run('tar', '--full-time', '--numeric-owner', '--quoting-style=escape', '-tvf', layer)
      .trim()
      .split('\n')
    const shown = lines.map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? /, '').replace(/ +/g, ' '))
    const size = statSync('/bin/busybox').size
    expect(shown).toEqual([
      'drwxrwxrwt 0/0 0 d/',
      '---------- 0/0 0 d/.wh.file',
      '---------- 0/0 0 d/.wh.gone',
      'drwxr-xr-x 0/0 0 d/opaque/',
      '---------- 0/0 0 d/opaque/.wh..wh..opq',
      '-rw-r--r-- 0/0 4 d/opaque/new',
      'drwxr-xr-x 0/0 0 keep/',
      '-rw-r--r-- 0/0 2 keep/b',
      '-rw-r--r-- 3000000/2097152 2 keep/big',
      'hrw-r--r-- 0/0 0 keep/c link to keep/b',
      'prw-r--r-- 0/0 0 keep/fifo',
      'lrwxrwxrwx 0/0 0 keep/link -> nowhere',
      'brw-r--r-- 0/0 7,0 keep/loop',
      'crw-r--r-- 0/0 1,3 keep/null',
      '-rw-r--r-- 0/0 2 keep/n\\303(',
      `-rw-r--r-- 0/0 ${64 << 20} keep/sparse`,
      `-rwsr-sr-x 0/0 ${size} keep/suid`,
    ])
  })

  test('is unpacked by umoci to the tree that the step saw', () => {
    const { dir } = openLayout(archive)
    const bundle = bench.place('bundle')
    run('umoci', 'unpack', '--keep-dirlinks', '--image', `${dir}:latest`, bundle)
    const at = (file: string) => path.join(bundle, 'rootfs', file)
    expect(run('ls', '-A', at('d'), at('d/opaque')).replaceAll(at(''), '')).toBe('/d:\nopaque\n\n/d/opaque:\nnew\n')
    expect(lstatSync(at('keep/b')).ino).toBe(lstatSync(at('keep/c')).ino)
    expect(run('getcap', at('tool'))).toContain('cap_net_bind_service=ep')
    expect(run('stat', '-c', '%u:%g', at('keep/big'))).toBe('3000000:2097152\n')
    expect(run('stat', '-c', '%F %t,%T', at('keep/null'), at('keep/loop'))).toBe(
      'character special file 1,3\nblock special file 7,0\n',
    )
    expect(lstatSync(at('keep/sparse')).size).toBe(64 << 20)
    expect(run('stat', '-c', '%a %y', at('old'), at('keep/suid')).split('\n')[0]).toContain('.789012345')
    expect(existsSync(at('d/gone'))).toBe(false)
  })

  test('is the same after it was taken in again as a base', async () => {
    const { dir } = openLayout(archive)
    const again = bench.place('again')
    await bench.build('FROM base\nLABEL again=yes', [
      '--build-context',
      `base=oci-layout://${dir}`,
      '-o',
      `type=oci,dest=${again},compression=uncompressed`,
    ])
    expect(openLayout(again).config.rootfs).toEqual(openLayout(archive).config.rootfs)
    const tree = await bench.files('FROM base\nRUN true', ['--build-context', `base=oci-layout://${dir}`])
    expect(run('getcap', `${tree}/tool`)).toContain('cap_net_bind_service=ep')
    expect(lstatSync(`${tree}/keep/b`).ino).toBe(lstatSync(`${tree}/keep/c`).ino)
  })
})

describe('SOURCE_DATE_EPOCH', () => {
  const file =
    'FROM bb\nCOPY . /src\nRUN --mount=type=cache,target=/c date > /c/now; mkdir /made && cp -r /src /made/copy && ln /src/a /made/link\nWORKDIR /work\n'
  const env = { SOURCE_DATE_EPOCH: '1700000000' }
  const digest = async (where: Workbench, context: string, args: readonly string[] = []): Promise<string> => {
    const metadata = where.place('metadata')
    await where.build(file, ['--metadata-file', metadata, '-o', `type=oci,dest=${where.place('oci')}`, ...args], {
      context,
      env,
    })
    return json(metadata)['containerimage.digest']
  }

  test('gives one digest twice in a row, in another folder with other times, and in another store', async () => {
    const context = bench.context({ a: 'a\n', 'b/c': 'c\n' })
    const first = await digest(bench, context)
    expect(first).toMatch(/^sha256:/)
    expect(await digest(bench, context, ['--no-cache'])).toBe(first)
    const moved = bench.place('moved')
    cpSync(context, moved, { recursive: true })
    utimesSync(path.join(moved, 'a'), 1_600_000_000, 1_750_000_000)
    expect(await digest(bench, moved, ['--no-cache'])).toBe(first)
    const other = await openWorkbench('outputs-other')
    try {
      expect(await digest(other, context)).toBe(first)
    } finally {
      other.remove()
    }
  })
})
