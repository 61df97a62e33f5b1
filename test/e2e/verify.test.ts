import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeTarHeader } from '../../src/archive/index.ts'
import type { Digest } from '../../src/core/index.ts'
import type { Descriptor, Index, Manifest } from '../../src/oci/index.ts'
import { type AttestedLayout, attestedLayout, type Statement } from '../kit/attested-layout.ts'
import { writeTree } from '../kit/file-tree.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('verify')
const root = path.join(scratch.dir, 'store')
const own = { root, env: { BUILDKIT_PROGRESS: 'quiet', SOURCE_DATE_EPOCH: '1700000000' }, cwd: scratch.dir }
const run = (...args: string[]) => runSlipway(args, own)
const ok = async (...args: string[]): Promise<string> => (await slipway(args, own)).trim()

const dockerfile = `FROM scratch AS files
COPY a b/ /
FROM scratch
ARG WORD=none
LABEL word=$WORD
COPY --from=files / /
`
const attests = ['--provenance', '--sbom', '--build-arg', 'WORD=hello']
const attested = [...attests, '-t', 'app:1']

beforeAll(() => {
  writeTree(path.join(scratch.dir, 'context'), { Dockerfile: dockerfile, a: 'first\n', 'b/c': 'c\n' })
})
afterAll(() => scratch.remove())

describe('verify', () => {
  beforeAll(async () => {
    await ok('build', '-q', ...attested, '-o', 'type=oci,tar=false,dest=sound', 'context')
    await ok('build', '-q', ...attested, 'context')
  })

  async function verified(name: string): Promise<{ readonly code: number | null; readonly wrong: readonly string[] }> {
    const { code, stdout, stderr } = await run('verify', name)
    expect(stderr).toBe('')
    return { code, wrong: stdout.split('\n').filter((line) => line.startsWith('WRONG')) }
  }

  test('finds nothing wrong with what was built, wherever it is', async () => {
    expect(await verified('oci:sound')).toEqual({ code: 0, wrong: [] })
    expect(await verified('app:1')).toEqual({ code: 0, wrong: [] })
    await ok('build', '-q', '-o', 'type=docker,dest=sound.tar', 'context')
    expect(await verified('docker-archive:sound.tar')).toEqual({ code: 0, wrong: [] })
  })

  type Damage = (here: AttestedLayout) => void
  const flip = (file: string, at: number): void => {
    const bytes = readFileSync(file)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
  }
  const imageOf = (here: AttestedLayout): Manifest => here.json((here.images[0] as Descriptor).digest)
  /** Writes another index over the same images, or over others. */
  const relist = (here: AttestedLayout, change: (entries: Descriptor[]) => unknown): void => {
    const index = here.json<Index & { manifests: Descriptor[] }>(here.entry.digest)
    change(index.manifests)
    const text = JSON.stringify(index)
    const entry = { ...here.entry, digest: here.put(text), size: text.length }
    writeFileSync(path.join(here.directory, 'index.json'), JSON.stringify({ ...here.index, manifests: [entry] }))
  }
  const remake = (here: AttestedLayout, change: (manifest: Manifest) => unknown, at = 0): void =>
    relist(here, (entries) => {
      const entry = entries[at] as Descriptor
      const text = JSON.stringify(change(here.json<Manifest>(entry.digest)))
      entries[at] = { ...entry, digest: here.put(text), size: text.length }
    })
  const damages: readonly (readonly [string, RegExp, Damage])[] = [
    [
      'a layer with one other bit',
      /layer 1 .*has the content sha256/,
      (here) => flip(here.file(imageOf(here).layers[0]?.digest as Digest), 30),
    ],
    [
      'a layer cut short',
      /layer 1 .*bytes/,
      (here) => {
        const file = here.file(imageOf(here).layers[0]?.digest as Digest)
        writeFileSync(file, readFileSync(file).subarray(0, 50))
      },
    ],
    [
      'a layer that is not there',
      /layer 1 .*has no blobs\/sha256/,
      (here) => rmSync(here.file(imageOf(here).layers[0]?.digest as Digest)),
    ],
    [
      'a configuration with one other bit',
      /config .*has the content sha256/,
      (here) => flip(here.file(imageOf(here).config.digest), 20),
    ],
    [
      'a manifest with one other bit',
      /manifest .*has the content sha256/,
      (here) => flip(here.file(here.images[0]?.digest as Digest), 40),
    ],
    [
      'a statement with one other bit',
      /attestation .*has the content sha256/,
      (here) =>
        flip(here.file(here.json<Manifest>(here.attestations[0]?.digest as Digest).layers[1]?.digest as Digest), 40),
    ],
    [
      'a layer of other files',
      /layer 1 .*unpacks to sha256.*the configuration says/,
      (here) =>
        remake(here, (manifest) => {
          const blob = gzipSync(Buffer.alloc(1024))
          const [layer] = manifest.layers as [Descriptor]
          return { ...manifest, layers: [{ ...layer, digest: here.put(blob), size: blob.length }] }
        }),
    ],
    [
      'a layer that would fill a disk',
      /layer 1 .*unpacks to more than 17179869184 bytes, beyond all proportion/,
      (here) =>
        remake(here, (manifest) => {
          const file = {
            path: 'zeros',
            kind: 'file',
            mode: 0o644,
            uid: 0,
            gid: 0,
            mtime: 0n,
            size: 17 * 2 ** 30,
          } as const
          const blob = gzipSync(encodeTarHeader(file))
          const [layer] = manifest.layers as [Descriptor]
          return { ...manifest, layers: [{ ...layer, digest: here.put(blob), size: blob.length }] }
        }),
    ],
    [
      'another compression than the media type says',
      /layer 1 .*is gzip, its media type .*zstd says zstd/,
      (here) =>
        remake(here, (manifest) => ({
          ...manifest,
          layers: manifest.layers.map((layer) => ({ ...layer, mediaType: layer.mediaType.replace('gzip', 'zstd') })),
        })),
    ],
    [
      'history of more layers than there are',
      /history describes 2 layers, there are 1/,
      (here) =>
        remake(here, (manifest) => {
          const config = here.json<{ history: object[] }>(manifest.config.digest)
          const text = JSON.stringify({ ...config, history: [...config.history, { created_by: 'more' }] })
          return { ...manifest, config: { ...manifest.config, digest: here.put(text), size: text.length } }
        }),
    ],
    [
      'a platform that is another',
      /is listed for linux\/s390x, its configuration is for linux\/amd64/,
      (here) =>
        relist(here, (entries) => {
          entries[0] = { ...(entries[0] as Descriptor), platform: { os: 'linux', architecture: 's390x' } }
        }),
    ],
    [
      'a statement about another image',
      /attestation .*is about sha256:0000/,
      (here) =>
        remake(
          here,
          (manifest) => {
            const [layer] = manifest.layers as [Descriptor]
            const statement = here.json<Statement>(layer.digest)
            const text = JSON.stringify({ ...statement, subject: [{ name: '_', digest: { sha256: '0'.repeat(64) } }] })
            return { ...manifest, layers: [{ ...layer, digest: here.put(text), size: text.length }] }
          },
          1,
        ),
    ],
    [
      'a statement that is none',
      /attestation .*is not an in-toto statement: it is not JSON/,
      (here) =>
        remake(
          here,
          (manifest) => {
            const [layer] = manifest.layers as [Descriptor]
            return { ...manifest, layers: [{ ...layer, digest: here.put('nothing'), size: 7 }] }
          },
          1,
        ),
    ],
    [
      'statements about an image that is not there',
      /attestation .*is about sha256.*which is not here/,
      (here) => remake(here, (manifest) => ({ ...manifest, annotations: { made: 'anew' } })),
    ],
  ]

  test.each(damages)('finds %s', async (name, line, damage) => {
    const directory = `damaged-${damages.findIndex(([other]) => other === name)}`
    cpSync(path.join(scratch.dir, 'sound'), path.join(scratch.dir, directory), { recursive: true })
    damage(attestedLayout(path.join(scratch.dir, directory)))
    const { code, wrong } = await verified(`oci:${directory}`)
    expect(wrong.join('\n')).toMatch(line)
    expect(code).toBe(1)
  })

  test('finds damage in the store, says what to do, and changes nothing', async () => {
    const id = JSON.parse(await ok('inspect', '-f', '{{json .Id}}', 'app:1')) as Digest
    const blob = path.join(root, 'blobs/sha256', id.slice(7))
    const sound = readFileSync(blob)
    flip(blob, 10)
    const broken = await run('verify', 'app:1')
    expect(broken.stdout).toMatch(/WRONG linux\/amd64 config .*has the content[^\n]*\n +hint: build it again/)
    expect(broken.code).toBe(1)
    expect(existsSync(blob)).toBe(true)
    writeFileSync(blob, sound)
    const [statement = ''] = /sha256:[0-9a-f]{64}/.exec(await ok('attestation', 'app:1')) ?? []
    const stated = path.join(root, 'blobs/sha256', statement.slice(7))
    flip(stated, 40)
    expect((await verified('app:1')).wrong.join()).toMatch(/attestation .*has the content/)
    flip(stated, 40)
    const [layer = ''] = JSON.parse(await ok('inspect', '-f', '{{json .RootFS.Layers}}', 'app:1')) as readonly string[]
    const place = path.join(root, 'layers', layer.slice(7))
    flip(path.join(place, 'tar'), 600)
    expect((await verified('app:1')).wrong.join()).toMatch(new RegExp(`layer 1 .* in ${place}`))
    flip(path.join(place, 'tar'), 600)
  })

  test('needs --rebuild for a context, and an image', async () => {
    const usage = await run('verify', 'app:1', 'context')
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('slipway verify --rebuild app:1 context')])
    expect((await run('verify', 'oci:nowhere')).code).toBe(2)
  })
})

describe('verify --rebuild', () => {
  const context = path.join(scratch.dir, 'again')
  const rebuilt = (...args: string[]) =>
    runSlipway(['verify', '--rebuild', ...args], { ...own, env: { BUILDKIT_PROGRESS: 'quiet', SOURCE_DATE_EPOCH: '' } })

  beforeAll(async () => {
    writeTree(context, { 'other.Dockerfile': dockerfile, a: 'first\n', 'b/c': 'c\n' })
    await ok('build', '-q', ...attests, '--target', 'files', '-t', 'stage:1', '-f', 'again/other.Dockerfile', 'again')
    await ok('build', '-q', ...attests, '-t', 'again:1', '-f', 'again/other.Dockerfile', 'again')
    await ok(
      'build',
      '-q',
      '--provenance=mode=min',
      '--build-arg',
      'WORD=x',
      '-t',
      'min:1',
      '-f',
      'again/other.Dockerfile',
      'again',
    )
  })

  test('finds the Dockerfile, target, arguments and time in the provenance, and makes the same', async () => {
    for (const name of ['again:1', 'stage:1']) {
      const { code, stdout } = await rebuilt('--json', name, 'again')
      expect(JSON.parse(stdout)).toMatchObject({ sound: true, reproduced: true })
      expect(code).toBe(0)
    }
  })

  test('names a member of the configuration, and that arguments were not recorded', async () => {
    const { code, stdout } = await rebuilt('min:1', 'again')
    expect(stdout).toMatch(/WRONG linux\/amd64 rebuild .*configuration: config.Labels.word: "x" became "none"/)
    expect(stdout).toContain('were not recorded (mode=min)')
    expect([code, stdout]).toEqual([1, expect.stringContaining('min:1 is sound, but was not reproduced')])
    expect((await rebuilt('min:1', 'again', '--build-arg', 'WORD=x')).code).toBe(0)
  })

  test('names the first path of a layer, what differs in it, and what has changed', async () => {
    writeTree(context, { a: { text: 'second\n', mode: 0o755 } })
    const { code, stdout } = await rebuilt('again:1', 'again')
    expect(stdout).toMatch(
      /rebuild .*layer 1 \(COPY \/ \/ # buildkit\): \/a: content .*\(6 bytes\) became .*\(7 bytes\), mode 0644 became 0755/,
    )
    expect(stdout).toContain('what went in has changed: context')
    expect(code).toBe(1)
  })
})
