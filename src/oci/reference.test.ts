import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import {
  familiarName,
  familiarRepository,
  formatReference,
  normalizedKey,
  parseReference,
  withDefaultTag,
} from './reference.ts'
import type { Reference } from './types.ts'

const digest = digestOf('x')

function parsed(text: string): Reference {
  const reference = parseReference(text)
  if ('error' in reference) throw new Error(reference.error)
  return reference
}

function problem(text: string): string {
  const reference = parseReference(text)
  return 'error' in reference ? reference.error : `accepted as ${formatReference(reference)}`
}

describe('parseReference', () => {
  it.each([
    ['debian', 'docker.io/library/debian'],
    ['debian:bookworm-slim', 'docker.io/library/debian:bookworm-slim'],
    ['docker.io/debian', 'docker.io/library/debian'],
    ['index.docker.io/debian', 'docker.io/library/debian'],
    ['docker.io/library/debian', 'docker.io/library/debian'],
    ['grafana/grafana', 'docker.io/grafana/grafana'],
    ['ghcr.io/a/b/c:v1', 'ghcr.io/a/b/c:v1'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['127.0.0.1:5000/a', '127.0.0.1:5000/a'],
    ['[::1]:5000/a', '[::1]:5000/a'],
    ['Registry/app', 'Registry/app'],
    ['a.b/c', 'a.b/c'],
    ['a__b/c--d.e', 'docker.io/a__b/c--d.e'],
    [`debian@${digest}`, `docker.io/library/debian@${digest}`],
    [`debian:12@${digest}`, `docker.io/library/debian:12@${digest}`],
    ['registry.example.com/app', 'registry.example.com/app'],
  ])('reads %s as %s', (text, full) => {
    expect(formatReference(parsed(text))).toBe(full)
  })

  it.each([
    ['', 'empty'],
    ['Debian', 'lower-case'],
    ['docker.io/Foo/bar', 'lower-case'],
    ['debian:', 'is not a tag'],
    ['debian:-x', 'is not a tag'],
    [`debian:${'a'.repeat(129)}`, 'longer than 128'],
    [`debian@sha256:${'A'.repeat(64)}`, '64 lower-case'],
    ['debian@sha256:abc', '64 lower-case'],
    [`debian@sha512:${'a'.repeat(128)}`, 'only sha256'],
    ['a___b', 'the format is'],
    ['a//b', 'the format is'],
    ['debian ', 'the format is'],
    ['-a', 'the format is'],
    ['host:port/app', 'not a host name'],
    ['my_host.com/app', 'not a host name'],
    ['f'.repeat(64), 'image id'],
    [`${'a'.repeat(128)}/${'b'.repeat(128)}`, 'longer than 255'],
  ])('refuses %j because %s', (text, reason) => {
    expect(problem(text)).toContain(reason)
  })

  it('keeps what was written', () => {
    expect(parsed('debian').written).toBe('debian')
  })
})

describe('names for people and for keys', () => {
  it('prints names as docker images does', () => {
    expect(familiarRepository(parsed('docker.io/library/debian:12'))).toBe('debian')
    expect(familiarRepository(parsed('library/a/b'))).toBe('library/a/b')
    expect(familiarName(parsed('docker.io/grafana/grafana:1'))).toBe('grafana/grafana:1')
    expect(familiarName(parsed('ghcr.io/a/b'))).toBe('ghcr.io/a/b')
  })

  it('gives all spellings of one image the same key', () => {
    const keys = ['debian', 'debian:latest', 'library/debian', 'index.docker.io/library/debian:latest'].map((text) =>
      normalizedKey(parsed(text)),
    )
    expect(new Set(keys)).toEqual(new Set(['docker.io/library/debian:latest']))
  })

  it('lets the digest decide over the tag', () => {
    expect(normalizedKey(parsed(`debian:12@${digest}`))).toBe(`docker.io/library/debian@${digest}`)
    expect(withDefaultTag(parsed(`debian@${digest}`)).tag).toBeUndefined()
  })
})
