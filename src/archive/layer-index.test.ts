import { describe, expect, it } from 'vitest'
import { decodeIndex, decodeIndexAt, encodeIndex, type LayerEntry } from './index.ts'

const node = (path: string, more: Partial<LayerEntry> = {}): LayerEntry => ({
  path,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0n,
  ...more,
})

describe('decoding an index in part', () => {
  const entries = [
    node('', { kind: 'dir' }),
    node('a', { kind: 'dir' }),
    node('a/"b",\\'),
    node('a/,"f"', { xattrs: { 'user.x': Uint8Array.of(1, 2) } }),
    node('ü\n', { kind: 'symlink', linkname: '["a"' }),
    node('z', { size: 3, mtime: -5n }),
  ]

  it('gives the entries at the paths that are asked for, in their order', () => {
    const paths = ['', 'z', 'a/,"f"', 'a/"b",\\', 'ü\n', 'none']
    const text = encodeIndex(entries)
    expect(decodeIndexAt(text, new Set(paths))).toEqual(decodeIndex(text).filter(({ path }) => paths.includes(path)))
    expect(decodeIndexAt(text, new Set(paths))).toHaveLength(5)
  })

  it('finds nothing in an empty one', () => {
    expect(decodeIndexAt(encodeIndex([]), new Set(['a']))).toEqual([])
  })
})
