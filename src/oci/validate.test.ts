import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { assembleConfig, assembleManifest, encodeImageConfig } from './assemble.ts'
import { mediaTypes } from './media-types.ts'
import type { ImageConfig } from './types.ts'
import { type ImageDocuments, validateImage } from './validate.ts'

const blob = digestOf('blob')
const diffId = digestOf('diff')
const layer = { mediaType: mediaTypes.ociLayerGzip, digest: blob, size: 4 }
const sound = assembleConfig({
  config: { architecture: 'amd64', os: 'linux', config: { Env: ['A=b'] } },
  history: [{ created_by: 'RUN' }],
  layers: [{ diffId, created: '2024-01-01T00:00:00Z' }],
})

function imageWith(change: Partial<ImageConfig> = {}): ImageDocuments {
  const config = encodeImageConfig({ ...sound.config, ...change })
  const descriptor = { mediaType: mediaTypes.ociConfig, digest: digestOf(config), size: config.length }
  const manifest = assembleManifest({ config: descriptor, layers: [layer], family: 'oci' })
  return {
    config,
    manifest: manifest.bytes,
    descriptor: manifest.descriptor,
    layers: [{ digest: blob, size: 4, diffId }],
  }
}

function codes(image: ImageDocuments): readonly string[] {
  return validateImage(image).map((problem) => problem.code)
}

describe('validateImage', () => {
  it('finds nothing in a sound image', () => {
    expect(validateImage(imageWith())).toEqual([])
  })

  it('notices a config, a layer or a manifest that is not what its descriptor says', () => {
    expect(codes({ ...imageWith(), config: encodeImageConfig({ ...sound.config, author: 'x' }) })).toEqual([
      'digest',
      'size',
    ])
    expect(codes({ ...imageWith(), layers: [{ digest: diffId, size: 5, diffId: blob }] })).toEqual([
      'digest',
      'size',
      'diff-id',
    ])
    expect(codes({ ...imageWith(), descriptor: layer })).toEqual(['digest', 'size'])
  })

  it('notices counts that differ', () => {
    expect(codes(imageWith({ rootfs: { type: 'layers', diff_ids: [] } }))).toEqual(['layer-count', 'history'])
    expect(codes(imageWith({ history: [{}, {}] }))).toEqual(['history'])
  })

  it('notices a config that cannot run', () => {
    expect(codes(imageWith({ os: '', config: { Env: ['=x'] }, created: 'yesterday' }))).toEqual([
      'config',
      'config',
      'config',
    ])
  })

  it('reports documents that cannot be read instead of throwing', () => {
    expect(codes({ ...imageWith(), manifest: Buffer.from('{') })).toEqual(['undecodable'])
  })
})
