import { describe, expect, it } from 'vitest'
import { newerTags, type NewerTagsOptions } from './newer-tags.ts'

/** The tag in use, the tags of the repository, and those that are newer, best first, with their severities. */
type Row = readonly [current: string, tags: string, newer: string, options?: NewerTagsOptions]

const numbers: readonly Row[] = [
  ['20-slim', '18-slim 20-slim 22-slim 24-slim 22 24.1-slim', '24-slim major, 22-slim major'],
  [
    '20.11.1-slim',
    '20.19.5-slim 20.11.2-slim 22.3.0-slim 20-slim 20.19-slim 20.19.5-bookworm-slim',
    '22.3.0-slim major, 20.19.5-slim minor, 20.11.2-slim patch',
  ],
  ['1.9', '1.10 1.8 1.9', '1.10 minor'],
  ['1.9.9', '1.10.0 1.9.10 2.0.0', '2.0.0 major, 1.10.0 minor, 1.9.10 patch'],
  ['20', '22 latest lts 22.1 22.1.0 v24 20', '22 major'],
  ['v2.10', 'v2.11 2.12 v3.0 v3.0.1', 'v3.0 major, v2.11 minor'],
  ['2.10', 'v2.11 2.12', '2.12 minor'],
  ['version-1.2.3', 'version-1.2.4 1.2.5', 'version-1.2.4 patch'],
  ['1.2', '01.2 1.02', ''],
  ['0.10.1', '0.11.0 0.10.2 0.9.9', '0.11.0 minor, 0.10.2 patch'],
  ['1.2.3.4', '1.2.3.5 1.2.4.0', '1.2.4.0 patch, 1.2.3.5 patch'],
  ['latest', '1 2 3', ''],
  ['lts-alpine', '22-alpine', ''],
  ['3fa9c1d', '20 3fa9c1e', ''],
  ['20', 'sha-1234567 1234567890 20240110 2024', '2024 major'],
]

const flavours: readonly Row[] = [
  ['3.12-slim-bookworm', '3.13-slim-bookworm 3.13-slim 3.13-bookworm 3.13-slim-bullseye', '3.13-slim-bookworm minor'],
  ['20-bookworm', '20-trixie 22-bookworm 22-bullseye 22-trixie', '22-trixie major, 22-bookworm major, 20-trixie major'],
  ['20-bookworm-slim', '20-bookworm-slim 20-trixie-slim 20-trixie', '20-trixie-slim major'],
  [
    '20.11.1-alpine3.19',
    '20.11.1-alpine3.20 20.12.0-alpine3.19 20.12.0-alpine3.18 20.12.0-alpine',
    ['20.12.0-alpine3.19 minor', '20.11.1-alpine3.20 minor'].join(', '),
  ],
  ['3.19', '3.20 3.9 edge 20240329 20260127 3.20.1 3', '3.20 minor'],
  ['20-alpine', '20-alpine3.20 22-alpine', '22-alpine major'],
  ['1.22.1-alpine3.19', '1.22.1-alpine3.9', ''],
  ['7.0.4-jammy', '7.0.5-noble 7.0.5-jammy 7.0.5-focal 7.0.5', '7.0.5-noble major, 7.0.5-jammy patch'],
  [
    '12.3.1-devel-ubuntu22.04',
    '12.4.0-devel-ubuntu22.04 12.4.0-runtime-ubuntu22.04 12.4.0-devel-ubuntu20.04',
    ['12.4.0-devel-ubuntu22.04 minor'].join(),
  ],
  ['12.3.1-devel-ubi8', '12.3.1-devel-ubi9', '12.3.1-devel-ubi9 major'],
  ['8.3-fpm-alpine3.19', '8.3-cli-alpine3.20 8.4-fpm-alpine3.20 8.3-fpm-alpine', '8.4-fpm-alpine3.20 minor'],
  [
    '3.9.6-eclipse-temurin-21',
    '3.9.9-eclipse-temurin-21 3.9.9-eclipse-temurin-25 3.9.9',
    '3.9.9-eclipse-temurin-21 patch',
  ],
  ['9.0-jdk17-temurin', '9.1-jdk21-temurin 9.1-jdk17-temurin', '9.1-jdk17-temurin minor'],
  ['1-1.22-bookworm', '1-1.23-bookworm 2-1.21-bookworm', '2-1.21-bookworm major, 1-1.23-bookworm patch'],
]

const builds: readonly Row[] = [
  [
    '16.1.0-debian-11-r15',
    '16.1.0-debian-11-r16 16.2.0-debian-12-r0 16.1.0-debian-11-r9',
    ['16.2.0-debian-12-r0 major', '16.1.0-debian-11-r16 patch'].join(', '),
  ],
  ['9.3-1476', '9.3-1552 9.4-947 9.3 9.3-1361', '9.4-947 minor, 9.3-1552 patch'],
  ['1-71.1698060565', '1-72.1702394475 2-1.1', '2-1.1 major, 1-72.1702394475 patch'],
  [
    '21.0.2_13-jre-jammy',
    '21.0.4_7-jre-jammy 21.0.2_14-jre-jammy 21.0.4_7-jdk-jammy',
    ['21.0.4_7-jre-jammy patch', '21.0.2_14-jre-jammy patch'].join(', '),
  ],
  ['8u392-b08-jre', '8u402-b06-jre 8u392-b08-jdk 9-jre', '8u402-b06-jre minor'],
  ['1.1.1w', '1.1.1x 1.1.1v 1.1.2', '1.1.1x patch'],
  ['2.0.0-p645', '2.0.0-p648 2.0.0', '2.0.0-p648 patch'],
]

const unfinished: readonly Row[] = [
  ['3.12-slim', '3.13-rc-slim 3.13rc1-slim 3.14.0a1-slim 3.13-slim', '3.13-slim minor'],
  ['3.13.0rc1', '3.13.0rc2 3.13.0 3.13.0b4 3.14.0a1', '3.14.0a1 minor, 3.13.0 patch, 3.13.0rc2 patch'],
  ['3.13.0rc9', '3.13.0rc10', '3.13.0rc10 patch'],
  ['2.0.0-alpha.2', '2.0.0-alpha.10 2.0.0-beta.1 2.0.0 1.9.0', '2.0.0 patch, 2.0.0-beta.1 patch, 2.0.0-alpha.10 patch'],
  ['16beta1', '16beta2 16rc1 16 15', '16 patch, 16rc1 patch, 16beta2 patch'],
  ['7.4-rc1-alpine', '7.4-alpine 7.4-rc2-alpine', '7.4-alpine patch, 7.4-rc2-alpine patch'],
  ['9.0.100-preview.1', '9.0.100-preview.7 9.0.100', '9.0.100 patch, 9.0.100-preview.7 patch'],
  ['1.2.3', '1.2.4-rc.1 1.2.4-SNAPSHOT 1.2.4-M1', ''],
]

const codenames: readonly Row[] = [
  ['bullseye', 'bookworm trixie buster sid stable 12', 'trixie major, bookworm major'],
  ['bookworm-slim', 'trixie-slim trixie bookworm', 'trixie-slim major'],
  [
    'bookworm-20240110-slim',
    'bookworm-20240211-slim trixie-20250101-slim bookworm-20231218-slim',
    ['trixie-20250101-slim major', 'bookworm-20240211-slim patch'].join(', '),
  ],
  ['jammy', 'noble bookworm focal 24.04', 'noble major'],
  ['jammy-20240111', 'jammy-20240227 noble-20240225', 'noble-20240225 major, jammy-20240227 patch'],
  ['hydrogen-slim', 'iron-slim jod-slim argon-slim iron', 'jod-slim major, iron-slim major'],
  ['22.04', '22.10 24.04 20.04 22.04', '24.04 major, 22.10 major', { majorNumbers: 2 }],
  ['20.10', '20.19 22.1', '22.1 major, 20.19 minor'],
]

const dates: readonly Row[] = [
  ['20240110', '20240211 20231218 2025 20250101-slim', '20240211 minor'],
  ['2024-01-10', '2024-02-11 20240301 2023-12-18', '2024-02-11 minor'],
  ['2024.01.10', '2024.02.11 2025.01.01', '2025.01.01 major, 2024.02.11 minor'],
  [
    'RELEASE.2024-01-13T07-53-03Z',
    'RELEASE.2024-02-01T00-00-00Z RELEASE.2024-01-13T08-00-00Z latest',
    ['RELEASE.2024-02-01T00-00-00Z minor', 'RELEASE.2024-01-13T08-00-00Z minor'].join(', '),
  ],
]

const tables = { numbers, flavours, builds, unfinished, codenames, dates }

describe.each(Object.entries(tables))('newer tags by %s', (_, rows) => {
  for (const [current, tags, newer, options] of rows) {
    it(`${current} among ${tags}`, () => {
      const found = newerTags(current, tags.split(' '), options)
      expect(found.map(({ tag, severity }) => `${tag} ${severity}`).join(', ')).toBe(newer)
    })
  }
})

describe('newer tags', () => {
  it('do not depend on the order in which the registry lists them', () => {
    const tags = ['1.2', '1.02', '1.3', '01.3', '2.0']
    expect(newerTags('1.1', tags)).toEqual(newerTags('1.1', tags.toReversed()))
  })
})
