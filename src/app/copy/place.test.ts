import { describe, expect, it } from 'vitest'
import { namesRegistry, parsePlace } from './place.ts'

const at = (text: string): unknown => parsePlace(text, '/cwd')

describe('parsePlace', () => {
  it('reads the places of skopeo, with paths from the working directory', () => {
    expect(at('docker://a/b')).toMatchObject({ kind: 'registry', reference: { repository: 'a/b', tag: 'latest' } })
    expect(at('oci:d/e')).toEqual({ kind: 'layout', path: '/cwd/d/e' })
    expect(at('oci:/d:app:1')).toEqual({ kind: 'layout', path: '/d', name: 'app:1' })
    expect(at('oci-archive:f.tar:1')).toEqual({ kind: 'oci-archive', path: '/cwd/f.tar', name: '1' })
    expect(at('docker-archive:f.tar:h:5000/a:1')).toEqual({
      kind: 'docker-archive',
      path: '/cwd/f.tar',
      name: 'h:5000/a:1',
    })
    expect(at('store:a:1')).toEqual({ kind: 'store', name: 'a:1' })
  })

  it('leaves names alone, also those that look like a place', () => {
    for (const name of ['debian:12', 'oci-tools:1', 'localhost:5000/a', 'dir:5000/a']) expect(at(name)).toBeUndefined()
  })

  it('says what to do instead of reading the storage of another program', () => {
    expect(() => at('containers-storage:a')).toThrow('containers-storage: is not a place')
    expect(() => at('oci:')).toThrow('names no file')
  })
})

describe('namesRegistry', () => {
  it('is true for names with a host', () => {
    const names = ['localhost/a', 'h:5000/a', 'ghcr.io/a/b', 'user/app', 'app:1', 'app']
    expect(names.map(namesRegistry)).toEqual([true, true, true, false, false, false])
  })
})
