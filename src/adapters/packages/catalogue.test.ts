import { describe, expect, it } from 'vitest'
import { baseArchitecture, baseFor, listBases } from './catalogue.ts'
import { distrolessPresets, presetPackages } from './presets.ts'

describe('baseFor', () => {
  it.each([
    ['debian:bookworm-slim', { kind: 'debian', suite: 'bookworm', variant: 'slim' }],
    ['docker.io/library/debian:12', { kind: 'debian', suite: 'bookworm', variant: 'full' }],
    ['debian:trixie', { kind: 'debian', suite: 'trixie', variant: 'full' }],
    ['node:20', { kind: 'node', suite: 'bookworm', variant: 'full', version: '20' }],
    ['node:20.11.1-bookworm-slim', { kind: 'node', suite: 'bookworm', variant: 'slim', version: '20.11.1' }],
    ['golang:1.19-bookworm', { kind: 'golang', suite: 'bookworm' }],
    ['gcr.io/distroless/static-debian12', { kind: 'distroless', preset: 'static', nonroot: false }],
    ['gcr.io/distroless/nodejs20-debian12:nonroot', { kind: 'distroless', preset: 'nodejs20', nonroot: true }],
  ])('knows a stand-in for %s', (reference, expected) => {
    const standIn = baseFor(reference, 'arm64')
    expect(standIn?.spec).toMatchObject({ ...expected, architecture: 'arm64' })
    expect(standIn?.difference).not.toBe('')
  })

  it.each([
    'alpine:3.20',
    'node:20-alpine',
    'node:lts',
    'golang:1.22',
    'debian:bullseye-slim',
    'gcr.io/distroless/nodejs20-debian11',
    'gcr.io/distroless/static-debian12:debug',
    'registry.example.com/node:20',
    `debian:bookworm-slim@sha256:${'0'.repeat(64)}`,
  ])('has none for %s, which would be another thing', (reference) => {
    expect(baseFor(reference, 'amd64')).toBeUndefined()
  })
})

describe('the catalogue', () => {
  it('lists every preset, and presets list each package once', () => {
    const text = listBases().map(({ reference }) => reference)
    for (const preset of distrolessPresets) {
      expect(text).toContain(`gcr.io/distroless/${preset}-debian12[:nonroot]`)
      const packages = presetPackages(preset, 'bookworm')
      expect(new Set(packages).size).toBe(packages.length)
    }
  })

  it('refuses architectures without bases', () => {
    expect(() => baseArchitecture('s390x')).toThrow('bases are made for amd64 and arm64, not for s390x')
  })
})
