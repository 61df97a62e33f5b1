import { describe, expect, it } from 'vitest'
import { parseReference } from '../oci/index.ts'
import { architecturesOf } from './architectures.ts'

function of(name: string): string {
  const reference = parseReference(name)
  if ('error' in reference) throw new Error(name)
  return architecturesOf(reference)?.join(' ') ?? 'unknown'
}

describe('architecturesOf', () => {
  it.each([
    ['archlinux', 'amd64'],
    ['archlinux:base-devel', 'amd64'],
    ['mcr.microsoft.com/mssql/server:2022-latest', 'amd64'],
    ['mysql:5.7', 'amd64'],
    ['mysql:8.4', 'amd64 arm64'],
    ['eclipse-temurin:17-jre-alpine', 'amd64'],
    ['eclipse-temurin:17-alpine', 'amd64'],
    ['eclipse-temurin:17.0.20_8-jdk-alpine-3.23', 'amd64'],
    ['eclipse-temurin:21-jre-alpine', 'amd64 arm64'],
    ['maven:3.9-eclipse-temurin-17-alpine', 'amd64'],
    ['gradle:8-jdk17-alpine', 'amd64'],
    ['openjdk:8-jdk-alpine', 'amd64'],
    ['openjdk:17-alpine', 'amd64'],
    ['rust:1.90-alpine', 'amd64 arm64 ppc64le'],
    ['node:26-alpine', 'amd64 arm64'],
    ['node:24', 'amd64 arm64 ppc64le s390x'],
    ['node:20-bookworm-slim', 'amd64 arm64 arm ppc64le s390x'],
    ['ubuntu:24.04', 'amd64 arm64 arm ppc64le riscv64 s390x'],
    ['mcr.microsoft.com/dotnet/sdk:9.0', 'amd64 arm64 arm'],
    ['mongo:8', 'amd64 arm64'],
  ])('%s: %s', (name, wanted) => {
    expect(of(name)).toBe(wanted)
  })

  it.each([
    ['another version', 'mysql:8.0'],
    ['a version that the tag does not tell', 'mysql'],
    ['an image for everybody', 'alpine:3.22'],
    ['Java on Debian', 'eclipse-temurin:17-jre'],
    ['newer Java', 'openjdk:27-rc-alpine'],
    ['a digest', `archlinux@sha256:${'a'.repeat(64)}`],
    ['somebody else', 'someone/archlinux'],
    ['a copy at another registry', 'registry.example.com/library/archlinux'],
    ['its name at another registry', 'registry.example.com/dotnet/sdk:9.0'],
  ])('nobody knows of %s', (_, name) => {
    expect(of(name)).toBe('unknown')
  })
})
