import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Digest, digestOf } from '../core/index.ts'
import {
  assembleConfig,
  assembleIndex,
  assembleManifest,
  type ConfigParts,
  chainId,
  encodeImageConfig,
} from './assemble.ts'
import { decodeManifest } from './decode.ts'
import { decodeImageConfig } from './decode-config.ts'
import { layerMediaType, mediaTypes } from './media-types.ts'
import type { Descriptor, HistoryEntry } from './types.ts'
import { validateImage } from './validate.ts'

const provenance = { code: 'bad-archive', what: 'the config' } as const
const one = digestOf('one')
const two = digestOf('two')

function parts(change: Partial<ConfigParts> = {}): ConfigParts {
  return { config: { architecture: 'amd64', os: 'linux', config: {} }, history: [], layers: [], ...change }
}

function times(change: Partial<ConfigParts>): readonly (string | undefined)[] {
  return assembleConfig(parts(change)).config.history.map((entry) => entry.created?.slice(0, 10))
}

function layerOn(day: string | undefined, diffId: Digest = one): { diffId: Digest; created?: string } {
  return { diffId, ...(day === undefined ? {} : { created: `${day}T00:00:00.5Z` }) }
}

const step = (created_by: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({ created_by, ...more })
const empty = (created_by: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  created_by,
  empty_layer: true,
  ...more,
})

describe('assembleConfig', () => {
  it('writes members in the order and with the escapes of Go', () => {
    const { bytes } = assembleConfig({
      config: {
        os: 'linux',
        architecture: 'arm64',
        variant: 'v9',
        author: 'A <a@b>',
        config: {
          Labels: { b: '1', '10': 'x', '-': 'y', '9': 'z' },
          Cmd: ['sh', '-c', 'a && b > c\u2028'],
          Entrypoint: [],
          ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
          Env: ['PATH=/bin'],
          User: '',
          WorkingDir: '/',
          ArgsEscaped: true,
          Healthcheck: { Test: ['CMD', 'x'], Interval: 1_000_000_000, Retries: 0 },
        },
      },
      history: [step('RUN x # buildkit', { comment: 'buildkit.dockerfile.v0' }), empty('CMD ["sh"]')],
      layers: [{ diffId: one, created: '2024-05-06T07:08:09.120Z' }],
    })
    expect(Buffer.from(bytes).toString()).toBe(
      '{"architecture":"arm64","author":"A \\u003ca@b\\u003e","config":{"ExposedPorts":{"443/tcp":{},"80/tcp":{}},' +
        '"Env":["PATH=/bin"],"Cmd":["sh","-c","a \\u0026\\u0026 b \\u003e c\\u2028"],"WorkingDir":"/",' +
        '"Labels":{"-":"y","10":"x","9":"z","b":"1"},"ArgsEscaped":true,' +
        '"Healthcheck":{"Test":["CMD","x"],"Interval":1000000000}},"created":"2024-05-06T07:08:09.12Z",' +
        '"history":[{"created":"2024-05-06T07:08:09.12Z","created_by":"RUN x # buildkit","comment":"buildkit.dockerfile.v0"},' +
        '{"created":"2024-05-06T07:08:09.12Z","created_by":"CMD [\\"sh\\"]","empty_layer":true}],"os":"linux",' +
        `"rootfs":{"type":"layers","diff_ids":["${one}"]},"variant":"v9"}`,
    )
  })

  it('gives back the bytes it has decoded', () => {
    const { bytes } = assembleConfig(parts({ history: [step('RUN a <b>')], layers: [layerOn('2024-01-01')] }))
    expect(encodeImageConfig(decodeImageConfig(bytes, provenance))).toEqual(bytes)
  })

  it('takes the last time of the history as its own', () => {
    const { config } = assembleConfig(
      parts({ history: [step('a'), step('b')], layers: [layerOn('2024-01-01'), layerOn('2023-01-01', two)] }),
    )
    expect(config.created).toBe('2023-01-01T00:00:00.5Z')
  })

  it('gives layers without history an entry of their own', () => {
    const { config } = assembleConfig(
      parts({
        history: [step('a')],
        layers: [layerOn('2024-01-01'), { ...layerOn('2024-02-02', two), description: 'x' }],
      }),
    )
    expect(config.history[1]).toEqual({
      created: '2024-02-02T00:00:00.5Z',
      created_by: 'x',
      comment: 'buildkit.exporter.image.v0',
    })
  })

  it('marks history entries beyond the layers as empty', () => {
    const { config } = assembleConfig(parts({ history: [step('a'), step('b')], layers: [layerOn('2024-01-01')] }))
    expect(config.history.map((entry) => entry.empty_layer)).toEqual([undefined, true])
  })

  it('dates metadata after the base by the first new layer, not by the base', () => {
    const base = step('base', { created: '2020-01-01T00:00:00Z' })
    expect(
      times({
        history: [base, empty('ENV a'), step('RUN'), empty('CMD')],
        layers: [layerOn(undefined), layerOn('2024-03-03', two)],
      }),
    ).toEqual(['2020-01-01', '2024-03-03', '2024-03-03', '2024-03-03'])
  })

  it('dates metadata by the last base entry when no layer is new', () => {
    const base = step('base', { created: '2020-01-01T00:00:00Z' })
    expect(times({ history: [base, empty('CMD')], layers: [layerOn(undefined)] })).toEqual(['2020-01-01', '2020-01-01'])
  })

  it('clamps times to the epoch and leaves those of the base alone', () => {
    const base = step('base', { created: '2030-01-01T00:00:00Z' })
    const old = step('old', { created: '2001-01-01T00:00:00Z' })
    const change = {
      history: [base, old, step('RUN')],
      layers: [layerOn(undefined), layerOn(undefined, two), layerOn('2031-01-01', two)],
      epoch: 1_600_000_000,
    }
    expect(times({ ...change, baseHistory: [base] })).toEqual(['2030-01-01', '2001-01-01', '2020-09-13'])
    expect(times(change)).toEqual(['2020-09-13', '2001-01-01', '2020-09-13'])
    expect(assembleConfig(parts(change)).config.created).toBe('2020-09-13T12:26:40.000Z')
  })

  it('writes an epoch without a fraction', () => {
    const { bytes } = assembleConfig(parts({ history: [empty('CMD')], epoch: 1_600_000_000 }))
    expect(Buffer.from(bytes).toString()).toContain('"created":"2020-09-13T12:26:40Z"')
  })
})

/** Written by BuildKit (docker 28.5.2) for a Dockerfile with labels, ports, a volume, a health check, a shell and a user. */
describe('documents of BuildKit', () => {
  const fixture = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

  it('come out byte for byte when their values are assembled', () => {
    const original = fixture('buildkit.config')
    const { created: _, rootfs, history, ...config } = decodeImageConfig(original, provenance)
    const { bytes } = assembleConfig({ config, history, layers: rootfs.diff_ids.map((diffId) => ({ diffId })) })
    expect(Buffer.from(bytes).toString()).toBe(Buffer.from(original).toString())
    const manifest = fixture('buildkit.manifest')
    const { config: descriptor, layers } = decodeManifest(manifest, provenance)
    expect(Buffer.from(assembleManifest({ config: descriptor, layers, family: 'docker' }).bytes).toString()).toBe(
      Buffer.from(manifest).toString(),
    )
    expect(validateImage({ manifest, config: original })).toEqual([])
  })
})

describe('assembleManifest and assembleIndex', () => {
  const layer: Descriptor = { mediaType: mediaTypes.ociLayerGzip, digest: one, size: 3 }

  it('indents as BuildKit does and converts media types', () => {
    const config = assembleConfig(parts({ history: [step('a')], layers: [layerOn('2024-01-01')] }))
    const manifest = assembleManifest({
      config: config.descriptor,
      layers: [layer],
      family: 'docker',
      annotations: { b: '1', a: '<' },
    })
    expect(Buffer.from(manifest.bytes).toString()).toBe(`{
  "schemaVersion": 2,
  "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
  "config": {
    "mediaType": "application/vnd.docker.container.image.v1+json",
    "digest": "${config.descriptor.digest}",
    "size": ${config.bytes.length}
  },
  "layers": [
    {
      "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
      "digest": "${one}",
      "size": 3
    }
  ],
  "annotations": {
    "a": "\\u003c",
    "b": "1"
  }
}`)
    expect(validateImage({ manifest: manifest.bytes, config: config.bytes, descriptor: manifest.descriptor })).toEqual(
      [],
    )
  })

  it('puts the platform of each manifest into the index', () => {
    const { bytes } = assembleIndex({
      manifests: [{ ...layer, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }],
      family: 'oci',
    })
    expect(JSON.parse(Buffer.from(bytes).toString()).manifests[0].platform).toEqual({
      architecture: 'arm',
      os: 'linux',
      variant: 'v7',
    })
  })

  it('knows a media type for each compression', () => {
    expect(layerMediaType('docker', 'zstd')).toBe('application/vnd.docker.image.rootfs.diff.tar.zstd')
    expect(layerMediaType('oci', 'uncompressed')).toBe('application/vnd.oci.image.layer.v1.tar')
  })

  it('computes the chain id of the image spec', () => {
    expect(chainId([])).toBeUndefined()
    expect(chainId([one])).toBe(one)
    expect(chainId([one, two])).toBe(digestOf(`${one} ${two}`))
  })
})
