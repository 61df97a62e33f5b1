import { describe, expect, it } from 'vitest'
import { digestOf, SlipwayError } from '../core/index.ts'
import { decodeIndex, decodeManifest } from './decode.ts'
import { decodeImageConfig } from './decode-config.ts'
import { mediaTypes } from './media-types.ts'

const from = { code: 'registry-bad-answer', what: 'the answer' } as const
const digest = digestOf('x')

function bytes(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

function failureOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof SlipwayError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const descriptor = { mediaType: mediaTypes.ociConfig, digest, size: 1 }
const manifest = {
  schemaVersion: 2,
  config: descriptor,
  layers: [{ ...descriptor, mediaType: mediaTypes.ociLayerGzip }],
}

describe('decodeManifest', () => {
  it('takes the media type from the outside when the document has none', () => {
    expect(decodeManifest(bytes(manifest), from, mediaTypes.dockerManifest).mediaType).toBe(mediaTypes.dockerManifest)
  })

  it('reads null layers, as Go writes an empty list, as none', () => {
    expect(
      decodeManifest(bytes({ ...manifest, mediaType: mediaTypes.ociManifest, layers: null }), from).layers,
    ).toEqual([])
  })

  it.each([
    ['text', 'is not JSON', '<html>'],
    ['a list', 'is not a JSON object', []],
    ['schema 1', 'schema 1', { schemaVersion: 1, fsLayers: [] }],
    ['an index', 'is not an image manifest', { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] }],
    ['a wrong size', 'bad size', { ...manifest, config: { ...descriptor, size: -1 } }],
    ['a wrong digest', 'not sha256', { ...manifest, config: { ...descriptor, digest: `sha512:${'0'.repeat(128)}` } }],
    [
      'a digest with a path',
      'not sha256',
      { ...manifest, config: { ...descriptor, digest: 'sha256:../../etc/passwd' } },
    ],
    ['wrong annotations', 'annotations', { ...manifest, annotations: { a: 1 } }],
  ])('refuses %s', (_name, reason, value) => {
    expect(failureOf(() => decodeManifest(bytes(value), from))).toMatch(
      new RegExp(`^registry-bad-answer: the answer .*${reason}`),
    )
  })

  it('blames whom it is told to blame', () => {
    expect(failureOf(() => decodeIndex(bytes('x'), { code: 'bad-archive', what: 'index.json' }))).toBe(
      'bad-archive: index.json is not JSON',
    )
  })
})

describe('decodeImageConfig', () => {
  it('reads a config of docker with nulls everywhere and drops what BuildKit drops', () => {
    const config = decodeImageConfig(
      bytes({
        architecture: 'amd64',
        os: 'linux',
        docker_version: '20.10',
        container_config: {},
        config: {
          Hostname: 'x',
          Env: ['A=b'],
          Cmd: null,
          Volumes: null,
          Labels: null,
          OnBuild: null,
          Entrypoint: 'sh',
          ArgsEscaped: false,
        },
        rootfs: { type: 'layers', diff_ids: null },
        history: null,
      }),
      from,
    )
    expect(config).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['A=b'], Entrypoint: ['sh'], ArgsEscaped: false },
      rootfs: { type: 'layers', diff_ids: [] },
      history: [],
    })
  })

  it.each([
    ['no rootfs', { architecture: 'a', os: 'b' }, 'has no rootfs'],
    ['a wrong Env', { rootfs: {}, config: { Env: [1] } }, 'Env'],
    ['a wrong history', { rootfs: {}, history: [1] }, 'history'],
    ['a wrong flag', { rootfs: {}, history: [{ empty_layer: 'yes' }] }, 'empty_layer'],
    ['wrong ports', { rootfs: {}, config: { ExposedPorts: ['80'] } }, 'ExposedPorts'],
  ])('refuses %s', (_name, value, reason) => {
    expect(failureOf(() => decodeImageConfig(bytes(value), from))).toContain(reason)
  })
})
