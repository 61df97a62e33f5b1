import { describe, expect, it } from 'vitest'
import { parseReference } from '../oci/index.ts'
import { isForBuilding, isShellLess, runsAsRoot } from './base-questions.ts'
import { pinOf } from './pin-of.ts'
import { profileOf } from './profile-of.ts'

function kindOf(name: string): string {
  const reference = parseReference(name)
  return 'error' in reference ? reference.error : pinOf(reference).kind
}

describe('how firmly a name holds an image', () => {
  it.each([
    ['node', 'untagged'],
    ['node:latest', 'latest'],
    ['node:lts-alpine', 'channel'],
    ['debian:bookworm', 'channel'],
    ['gcr.io/distroless/static-debian12:nonroot', 'channel'],
    ['node:22', 'major'],
    ['node:22-slim', 'major'],
    ['python:3.12-slim-bookworm', 'minor'],
    ['python:3.12.4', 'full'],
    ['python:3.12.4-slim', 'full'],
    ['debian:bookworm-20240612-slim', 'full'],
    ['postgres:16.4', 'full'],
    [`node:22@sha256:${'b'.repeat(64)}`, 'digest'],
  ])('%s is %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind)
  })
})

describe('questions about a base', () => {
  it('is without a shell only where that is sure', () => {
    expect(
      ['scratch', 'gcr.io/distroless/cc', 'node:22', 'acme/app'].map((name) => isShellLess(profileOf(name))),
    ).toEqual([true, true, false, false])
  })

  it('runs as root unless another account is set, or its entrypoint steps down', () => {
    const names = ['node:22', 'postgres:16', 'nginxinc/nginx-unprivileged:alpine', 'acme/app']
    expect(names.map((name) => runsAsRoot(profileOf(name)))).toEqual([true, false, false, undefined])
  })

  it('is for building with an SDK or a compiler', () => {
    const names = [
      'golang:1.25-alpine',
      'node:22',
      'node:22-slim',
      'eclipse-temurin:21-jre',
      'eclipse-temurin:21-jdk',
      'acme/app',
    ]
    expect(names.map((name) => isForBuilding(profileOf(name)))).toEqual([true, true, false, false, true, false])
  })
})
