import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ExportLayer, parseOutputSpec } from '../../adapters/exporters/index.ts'
import { digestOf } from '../../core/index.ts'
import type { Session } from '../session.ts'
import { loadIntoDocker } from './load-into-docker.ts'

const layers = ['one', 'two', 'three'].map(layerOf)
const diffIds = layers.map((layer) => layer.diffId)
const systemPath = '/usr/bin:/bin'
let directory: string
let notes: string[]
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'slipway-load-'))
  notes = []
})
afterEach(() => rmSync(directory, { recursive: true }))

function layerOf(text: string): ExportLayer {
  const bytes = Buffer.alloc(4096, text)
  return {
    diffId: digestOf(bytes),
    size: bytes.length,
    async *openTar() {
      yield bytes
    },
  }
}

interface Fake {
  readonly has: readonly string[]
  readonly driver?: string
  readonly refusals?: number
  readonly program?: 'docker' | 'podman'
  /** How many images there are, all with the same layers. */
  readonly images?: number
}

/** A docker that has images with the layers `has`, keeps what it is given as `load.N`, and refuses the first `refusals`. */
function fakeDocker({
  has,
  driver = '[["Backing Filesystem","extfs"]]',
  refusals = 0,
  program = 'docker',
  images = 1,
}: Fake): void {
  const lines = [
    '#!/bin/sh',
    `PATH=${systemPath}; cd '${directory}'`,
    'echo "$*" >>asked',
    'case "$*" in',
    `*'image ls'*) seq -f sha256:%g ${images};;`,
    `*info*) echo '${driver}';;`,
    `*inspect*) echo '${has.join(' ')} ';;`,
    '*load*) n=$(ls | grep -c load); cat >"load.$n"',
    `[ "$n" -ge ${refusals} ] || { echo 'no such layer' >&2; exit 1; };;`,
    'esac',
  ]
  writeFileSync(path.join(directory, program), `${lines.join('\n')}\n`)
  chmodSync(path.join(directory, program), 0o755)
}

async function load(spec = 'type=docker'): Promise<readonly (readonly string[])[]> {
  const output = parseOutputSpec(spec)
  if (output.kind !== 'docker') throw new Error('not for docker')
  const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } }
  const stored: Uint8Array[] = []
  const session = {
    env: { PATH: directory },
    now: () => 0,
    emit: (event: { readonly message?: string }) => notes.push(event.message ?? ''),
    store: {
      diffBlobs: { find: async () => undefined, put: async () => {} },
      async write(bytes: AsyncIterable<Uint8Array>) {
        const chunks: Uint8Array[] = []
        for await (const chunk of bytes) chunks.push(chunk)
        stored.push(Buffer.concat(chunks))
        return { digest: digestOf(Buffer.concat(chunks)), size: Buffer.concat(chunks).length }
      },
      async *read(digest: string) {
        yield stored.find((bytes) => digestOf(bytes) === digest) ?? new Uint8Array(0)
      },
    },
  } as unknown as Session
  const image = { config: Buffer.from(JSON.stringify(config)), layers }
  await loadIntoDocker(session, [image], {
    names: ['a:1'],
    output,
    signal: new AbortController().signal,
  })
  const loads = readdirSync(directory).filter((name) => name.startsWith('load.'))
  return loads.sort().map(layersIn)
}

/** The words of the layers whose content an archive has. */
function layersIn(file: string): readonly string[] {
  const text = readFileSync(path.join(directory, file), 'latin1')
  return ['one', 'two', 'three'].filter((word) => text.includes(word.repeat(9)))
}

it('sends what docker does not have on top of the same layers', async () => {
  fakeDocker({ has: diffIds.slice(0, 2) })
  expect(await load()).toEqual([['three']])
  expect(notes).toEqual(['docker has 2 of 3 layers: they are not sent'])
})

it('sends layers that docker has in another order, or above others', async () => {
  fakeDocker({ has: [diffIds[1], diffIds[2]] as string[] })
  expect(await load()).toEqual([['one', 'two', 'three']])
  expect(notes).toEqual([])
})

it('sends everything when docker misses what it said it had', async () => {
  fakeDocker({ has: diffIds, refusals: 1 })
  expect(await load()).toEqual([[], ['one', 'two', 'three']])
})

it('says what docker says when that is of no use, either', async () => {
  fakeDocker({ has: diffIds, refusals: 9 })
  await expect(load()).rejects.toThrow('docker load failed: no such layer')
})

it('compresses and sends everything for the image store of containerd, which keeps blobs as they come', async () => {
  fakeDocker({ has: diffIds, driver: '[["driver-type","io.containerd.snapshotter.v1"]]' })
  expect(await load()).toEqual([[]])
  expect(readFileSync(path.join(directory, 'load.0'), 'latin1')).toContain('tar.gzip')
})

it('asks podman where there is no docker, which finds a layer whatever lies below it', async () => {
  fakeDocker({ has: [diffIds[2], diffIds[0]] as string[], program: 'podman' })
  expect(await load()).toEqual([['two']])
  expect(notes).toEqual(['podman has 2 of 3 layers: they are not sent'])
})

it('speaks with the docker that the output names', async () => {
  fakeDocker({ has: diffIds })
  await load('type=docker,context=far')
  const asked = readFileSync(path.join(directory, 'asked'), 'utf8').trim().split('\n')
  expect(asked.filter((line) => line.startsWith('--context far '))).toHaveLength(asked.length)
})

it('does not look through more images than a command line can name', async () => {
  fakeDocker({ has: diffIds, images: 1001 })
  expect(await load()).toHaveLength(1)
  expect(readFileSync(path.join(directory, 'asked'), 'utf8')).not.toContain('inspect')
  expect(notes).toEqual([])
})
