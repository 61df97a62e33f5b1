import { describe, expect, it } from 'vitest'
import { indexPackages, parsePackages } from './package-index.ts'
import { parseRelations } from './relation.ts'
import { resolvePackages } from './resolve.ts'

function index(...stanzas: string[]) {
  const complete = stanzas.map((text) => {
    const name = /^Package: (.*)$/m.exec(text)?.[1] ?? ''
    const version = text.includes('Version:') ? '' : 'Version: 1\n'
    return `${text}\n${version}Filename: pool/${name}.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}`
  })
  return indexPackages(parsePackages(complete.join('\n\n'), 'http://mirror.example'))
}

function names(archive: ReturnType<typeof index>, ...roots: string[]): string[] {
  return resolvePackages(archive, roots).map(({ name, version }) => (version === '1' ? name : `${name}=${version}`))
}

describe('parseRelations', () => {
  it('reads alternatives, bounds and architecture qualifiers', () => {
    expect(parseRelations('a (>= 2), b:any | c(<<3~)')).toEqual([
      [{ name: 'a', bound: { relation: '>=', version: '2' } }],
      [{ name: 'b' }, { name: 'c', bound: { relation: '<<', version: '3~' } }],
    ])
  })
})

describe('resolvePackages', () => {
  it('follows Depends and Pre-Depends, also in circles', () => {
    const archive = index(
      'Package: a\nDepends: b',
      'Package: b\nPre-Depends: c',
      'Package: c\nDepends: a',
      'Package: d',
    )
    expect(names(archive, 'a')).toEqual(['a', 'b', 'c'])
  })

  it('takes the newest version, by the order of Debian versions', () => {
    const archive = index('Package: a\nVersion: 1.9', 'Package: a\nVersion: 1.10~rc1', 'Package: a\nVersion: 1.8')
    expect(names(archive, 'a')).toEqual(['a=1.10~rc1'])
  })

  it('takes the first alternative that exists, unless another one is wanted anyway', () => {
    const archive = index('Package: a\nDepends: missing | b | c', 'Package: b', 'Package: c')
    expect(names(archive, 'a')).toEqual(['a', 'b'])
    expect(names(archive, 'c', 'a')).toEqual(['a', 'c'])
  })

  it('takes an alternative whose version fits when the first one is too old', () => {
    const archive = index('Package: a\nDepends: b (>= 2) | c', 'Package: b', 'Package: c')
    expect(names(archive, 'a')).toEqual(['a', 'c'])
  })

  it('meets a virtual package by the provider of the highest priority, then the first name', () => {
    const provider = (name: string, priority: string) => `Package: ${name}\nProvides: mta\nPriority: ${priority}`
    const archive = index(
      'Package: a\nDepends: mta',
      provider('z', 'important'),
      provider('b', 'optional'),
      provider('c', 'important'),
    )
    expect(names(archive, 'a')).toEqual(['a', 'c'])
  })

  it('meets a versioned relation only by a versioned Provides', () => {
    const archive = index('Package: a\nDepends: v (>= 2)', 'Package: b\nProvides: v', 'Package: c\nProvides: v (= 2)')
    expect(names(archive, 'a')).toEqual(['a', 'c'])
  })

  it('names the package and the clause that cannot be met', () => {
    const archive = index('Package: a\nDepends: b (>= 2) | c', 'Package: b')
    expect(() => names(archive, 'a')).toThrow('a 1 needs b (>= 2) or c, which the archive does not have')
  })

  it('refuses packages that exclude each other', () => {
    const archive = index('Package: a\nConflicts: v', 'Package: b\nProvides: v')
    expect(() => names(archive, 'a', 'b')).toThrow('a 1 cannot be installed together with b 1')
  })

  it('suggests a name for an unknown package', () => {
    expect(() => names(index('Package: openssl'), 'opensll')).toThrow(
      expect.objectContaining({ code: 'package-archive', hint: 'did you mean openssl?' }),
    )
  })
})
