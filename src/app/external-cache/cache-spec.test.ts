import { describe, expect, test } from 'vitest'
import { parseCacheSource, parseCacheTarget } from './cache-spec.ts'

describe('parseCacheSource', () => {
  test('takes a bare value for the name of an image', () => {
    const source = parseCacheSource('registry.example/app:cache')
    expect([source.kind, source.attributes.get('ref')]).toEqual(['registry', 'registry.example/app:cache'])
  })

  test.each([
    ['type=regstry,ref=x', 'there is no cache type regstry', 'did you mean registry?'],
    ['ref=x', 'type is missing', 'there are local, registry, inline, s3, gha'],
    ['type=local,dest=x', 'type=local has no option dest', undefined],
    ['type=local', 'src is missing', undefined],
    ['type=registry,ref=', 'ref is missing', undefined],
    ['type=registry,ref=x,timeout=soon', 'timeout is a time such as 90s or 5m, not soon', undefined],
    ['type=inline', 'an inline cache lies in an image', '--cache-from type=registry'],
    ['type=local,src=x,tag=a,digest=b', 'tag and digest exclude each other', undefined],
    ['type=local,src', 'there is a field that is not KEY=VALUE', undefined],
  ])('refuses %s', (text, reason, hint) => {
    const error = errorOf(() => parseCacheSource(text))
    expect(error.message).toContain(reason)
    if (hint !== undefined) expect(error.hint).toContain(hint)
  })

  test('keeps credentials out of what it says', () => {
    const text = 'type=s3,bucket=b,region=r,secret_access_key=hunter2'
    expect(parseCacheSource(text).label).toBe('type=s3,bucket=b,region=r,secret_access_key=***')
    expect(errorOf(() => parseCacheSource(`${text},typo=x`)).message).not.toContain('hunter2')
  })
})

describe('parseCacheTarget', () => {
  test('reads what BuildKit reads', () => {
    const text = 'type=local,dest=/c,mode=max,compression=zstd,compression-level=3,ignore-error=false,timeout=90s'
    const { attributes: _, label: __, ...target } = parseCacheTarget(text)
    expect(target).toEqual({
      kind: 'local',
      mode: 'max',
      timeout: 90_000,
      ignoreError: false,
      ociMediaTypes: true,
      compression: { compression: 'zstd', compressionLevel: 3, forceCompression: false },
    })
  })

  test.each([
    ['type=registry,ref=x,mode=all', 'mode is min or max, not all'],
    ['type=inline,mode=max', 'an inline cache holds the layers of its image only'],
    ['type=registry,ref=x,image-manifest=false', 'a cache is written as an image manifest'],
    ['type=registry,ref=x,compression=rar', 'compression is gzip, zstd or uncompressed, not rar'],
    ['type=local,src=x', 'type=local has no option src'],
  ])('refuses %s', (text, reason) => {
    expect(errorOf(() => parseCacheTarget(text)).message).toContain(reason)
  })
})

describe('cache mounts', () => {
  const day = 24 * 3_600_000
  test.each([
    ['', undefined],
    [',mounts=false', undefined],
    [',mounts=true', { ids: 'all', maxSize: 2 * 1024 ** 3, maxAge: 30 * day }],
    [
      ',mounts=npm;apt,mounts-max-size=500m,mounts-max-age=48h',
      { ids: ['npm', 'apt'], maxSize: 500 << 20, maxAge: 2 * day },
    ],
  ])('travel as %j says', (text, expected) => {
    expect(parseCacheTarget(`type=registry,ref=x${text}`).mounts).toEqual(expected)
  })

  test('come along where a source says so', () => {
    expect(parseCacheSource('type=gha,mounts=npm').mounts?.ids).toEqual(['npm'])
    expect(parseCacheSource('type=gha').mounts).toBeUndefined()
  })

  test.each([
    ['type=inline,mounts=true', 'an image cannot hold cache mounts'],
    ['type=gha,mounts-max-size=1g', 'mounts-max-size says nothing without mounts'],
    ['type=gha,mounts=true,mounts-max-size=all', 'mounts-max-size is a size'],
    ['type=gha,mounts=true,mounts-max-age=old', 'mounts-max-age is a time'],
    ['type=gha,mounts=;', 'mounts is true, false, or ids'],
  ])('are refused as %s', (text, reason) => {
    expect(errorOf(() => parseCacheTarget(text)).message).toContain(reason)
  })
})

function errorOf(work: () => unknown): { readonly message: string; readonly hint?: string } {
  try {
    work()
  } catch (error) {
    return error as { message: string; hint?: string }
  }
  throw new Error('nothing was thrown')
}
