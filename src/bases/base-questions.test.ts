import { describe, expect, it } from 'vitest'
import { isForBuilding, isShellLess, runsAsRoot } from './base-questions.ts'
import { profileOf } from './profile-of.ts'

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
