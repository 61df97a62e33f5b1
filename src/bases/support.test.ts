import { describe, expect, it } from 'vitest'
import { parseReference, type Reference } from '../oci/index.ts'
import { catalogueDate, products } from './catalogue/products.ts'
import { replacementOf } from './replaced-images.ts'
import { dayOf, supportOf, supportState } from './support.ts'

const day = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

function reference(name: string): Reference {
  const parsed = parseReference(name)
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed
}

describe('the catalogue of ends of support', () => {
  it.each(products.map((product) => [product.name, product] as const))('has sound facts about %s', (_, product) => {
    expect(product.releases.length).toBeGreaterThan(0)
    expect(product.source).toMatch(/^https:\/\//)
    for (const { name, end, extended, longTerm } of product.releases) {
      for (const date of [end, extended, longTerm]) {
        if (date === undefined) continue
        expect(`${name} ${date}`).toBe(`${name} ${new Date(date).toISOString().slice(0, 10)}`)
        expect(date).toMatch(day)
      }
      if (end !== undefined && extended !== undefined) expect(extended >= end).toBe(true)
    }
  })

  it.each(products.map((product) => [product.name, product] as const))(
    'lists the releases of %s once, the highest first',
    (_, product) => {
      const versions = product.releases.map(({ name }) => name.split('.').map(Number))
      const sorted = versions.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => c - a || d - b)
      expect(versions).toEqual(sorted)
      expect(new Set(product.releases.map(({ name }) => name)).size).toBe(versions.length)
    },
  )

  it('names the day of its facts, which is behind us', () => {
    expect(catalogueDate).toMatch(day)
    expect(catalogueDate <= dayOf(Date.now())).toBe(true)
  })
})

describe('the support of an image', () => {
  const today = '2026-11-21'
  const rows: readonly (readonly [name: string, support: string])[] = [
    ['node:14', 'node 14 ended 2023-04-30'],
    ['node:20.11.1-slim', 'node 20 ended 2026-04-30'],
    ['node:24-trixie-slim', 'node 24 supported, debian 13 supported'],
    ['node:12-stretch', 'node 12 ended 2022-04-30, debian 9 ended 2022-07-01'],
    ['node:hydrogen', 'node 18 ended 2025-04-30'],
    ['node', ''],
    ['node:latest', ''],
    ['python:3.8.19-slim-bookworm', 'python 3.8 ended 2024-10-07, debian 12 extended 2026-07-11'],
    ['python:3.15.0rc1', ''],
    ['golang:1.22-alpine3.19', 'golang 1.22 ended 2025-02-11, alpine 3.19 ended 2025-11-01'],
    ['golang:1.27', 'golang 1.27 supported'],
    ['alpine:3.21.3', 'alpine 3.21 ended 2026-11-01'],
    ['alpine:3.23', 'alpine 3.23 supported'],
    ['alpine:20240329', ''],
    ['debian:buster-slim', 'debian 10 ended 2024-06-30'],
    ['rust:buster', 'debian 10 ended 2024-06-30'],
    ['node:lts-buster-slim', 'debian 10 ended 2024-06-30'],
    ['nginx:1.13-alpine', 'nginx 1.13 ended 2018-06-05'],
    ['debian:12.4', 'debian 12 extended 2026-07-11'],
    ['debian:bookworm-20240110-slim', 'debian 12 extended 2026-07-11'],
    ['ubuntu:20.04', 'ubuntu 20.04 ended 2025-05-31'],
    ['ubuntu:focal-20240530', 'ubuntu 20.04 ended 2025-05-31'],
    ['ubuntu:24.10', 'ubuntu 24.10 ended 2025-07-10'],
    ['ubuntu:noble', 'ubuntu 24.04 supported'],
    ['centos:7', 'centos 7 ended 2024-06-30'],
    ['quay.io/centos/centos:stream8', 'centos-stream 8 ended 2024-05-31'],
    ['amazonlinux:2', 'amazonlinux 2 ended 2026-06-30'],
    ['amazonlinux:2018.03', 'amazonlinux 2018.03 ended 2023-12-31'],
    ['fedora:43', 'fedora 43 supported'],
    ['registry.access.redhat.com/ubi7/ubi:7.9', 'rhel 7 ended 2024-06-30'],
    ['registry.access.redhat.com/ubi9:9.3-1476', 'rhel 9 supported'],
    ['postgres:9.6.24', 'postgres 9.6 ended 2021-11-11'],
    ['postgres:16.1-alpine', 'postgres 16 supported'],
    ['eclipse-temurin:17.0.9_9-jre-focal', 'eclipse-temurin 17 supported, ubuntu 20.04 ended 2025-05-31'],
    ['eclipse-temurin:8u392-b08-jre', 'eclipse-temurin 8 supported'],
    ['mcr.microsoft.com/dotnet/aspnet:6.0-alpine3.18', 'dotnet 6 ended 2024-11-12, alpine 3.18 ended 2025-05-09'],
    ['gcr.io/distroless/base-debian11:nonroot', 'debian 11 ended 2026-08-31'],
    ['gcr.io/distroless/nodejs20-debian12', 'node 20 ended 2026-04-30, debian 12 extended 2026-07-11'],
    ['nvidia/cuda:12.3.1-devel-ubuntu20.04', 'ubuntu 20.04 ended 2025-05-31'],
    ['registry.example.com/mirror/library/node:14', 'node 14 ended 2023-04-30'],
    ['registry.example.com:5000/node:14', 'node 14 ended 2023-04-30'],
    ['bitnami/node:14', 'node 14 ended 2023-04-30'],
    ['someone/node:14', ''],
    ['someone/node:14-buster', 'debian 10 ended 2024-06-30'],
    ['registry.example.com/team/mynode:14', ''],
  ]

  it.each(rows)('of %s is known by its name', (name, support) => {
    const found = supportOf(reference(name)).map((of) => {
      const state = supportState(of, today)
      const since = 'since' in state ? ` ${state.since}` : ''
      return `${of.product.name} ${of.release.name} ${state.kind}${since}`
    })
    expect(found.join(', ')).toBe(support)
  })

  it('lasts through the day on which it ends', () => {
    const [of] = supportOf(reference('node:24'))
    if (of === undefined) throw new Error('node 24 is in the catalogue')
    expect(supportState(of, '2028-04-29')).toEqual({ kind: 'supported', daysLeft: 1 })
    expect(supportState(of, '2028-04-30')).toEqual({ kind: 'supported', daysLeft: 0 })
    expect(supportState(of, '2028-05-01')).toEqual({ kind: 'ended', since: '2028-04-30' })
  })

  it('goes on after its end where the longer support is for everybody', () => {
    const [of] = supportOf(reference('debian:12'))
    if (of === undefined) throw new Error('debian 12 is in the catalogue')
    expect(supportState(of, '2026-07-11').kind).toBe('supported')
    expect(supportState(of, '2028-06-29')).toEqual({ kind: 'extended', since: '2026-07-11', daysLeft: 1 })
    expect(supportState(of, '2028-07-01')).toEqual({ kind: 'ended', since: '2028-06-30' })
  })
})

describe('an image that was given up', () => {
  it.each([
    ['openjdk:17', 'openjdk'],
    ['registry.example.com/mirror/library/openjdk:17', 'openjdk'],
    ['centos:7', 'centos'],
    ['java:8', 'java'],
    ['vault:1.13', 'vault'],
  ])('is known: %s', (name, known) => {
    expect(replacementOf(reference(name))?.name).toBe(known)
  })

  it.each([
    'eclipse-temurin:17',
    'quay.io/centos/centos:stream9',
    'hashicorp/vault:1.15',
    'rockylinux/rockylinux:9',
    'node:20',
  ])('is not %s', (name) => {
    expect(replacementOf(reference(name))).toBeUndefined()
  })
})
