import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { explain } from '../testing/failed-step.ts'

const aptList = 'var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages'
const names = ['curl', 'build-essential', 'libpq5', 'python3']
const lists = { [aptList]: names.map((one) => `Package: ${one}\nVersion: 1\n`).join('\n') }

describe('apt', () => {
  test('has the nearest name in its lists', () => {
    expect(
      explain('Reading package lists...\nBuilding dependency tree...\nE: Unable to locate package curll', {
        on: 'debian',
        files: lists,
      }),
    ).toBe('apt has no package curll; did you mean curl?')
    expect(
      explain('E: Unable to locate package libpq6', {
        on: 'debian',
        files: { [`${aptList}.gz`]: gzipSync('Package: libpq5\n') },
      }),
    ).toBe('apt has no package libpq6; did you mean libpq5?')
  })

  test('reads lists in the form of lz4', () => {
    // `printf 'Package: curl\n' | lz4`: one block, stored as it is.
    const lz4 = Buffer.from(
      `04224d18644 0a70e000080${Buffer.from('Package: curl\n').toString('hex')}00000000`.replace(' ', ''),
      'hex',
    )
    expect(explain('E: Unable to locate package curk', { on: 'debian', files: { [`${aptList}.lz4`]: lz4 } })).toBe(
      'apt has no package curk; did you mean curl?',
    )
  })

  test('knows names of other families', () => {
    expect(explain('E: Unable to locate package build-base', { on: 'debian', files: lists })).toBe(
      'apt has no package build-base; here it is called build-essential',
    )
  })

  test('without lists is told to update', () => {
    expect(explain('E: Unable to locate package curl', { on: 'debian' })).toBe(
      'apt knows no packages here: there are no lists in /var/lib/apt/lists\nrun apt-get update in the same RUN: RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*',
    )
  })

  test('may lack a version, or know only a name', () => {
    expect(explain("E: Version '1.2' for 'curl' was not found", { on: 'debian', files: lists })).toMatch(
      /^the archive does not have that version of curl\n/,
    )
    expect(explain("E: Package 'python' has no installation candidate", { on: 'debian', files: lists })).toMatch(
      /^apt has no package python; did you mean python3\?$/,
    )
  })

  test('with lists of an earlier layer is told to update in the same RUN', () => {
    const output =
      'E: Failed to fetch http://deb.debian.org/debian/pool/main/c/curl/curl_7.88.1-1_amd64.deb  404  Not Found [IP: 203.0.113.80 80]'
    expect(explain(output, { on: 'debian', argv: ['/bin/sh', '-c', 'apt-get install -y curl'] })).toBe(
      'the package lists are older than the archive: deb.debian.org no longer has the file\nthe lists come from an earlier layer; update and install in one RUN:\nRUN apt-get update && apt-get install -y --no-install-recommends PACKAGE && rm -rf /var/lib/apt/lists/*',
    )
    expect(
      explain(output, { on: 'debian', argv: ['/bin/sh', '-c', 'apt-get update && apt-get install -y curl'] }),
    ).toBeUndefined()
  })

  test('of a release that is gone is told where old ones are', () => {
    const output =
      'E: Failed to fetch http://deb.debian.org/debian/dists/stretch/main/binary-amd64/Packages  404  Not Found [IP: 203.0.113.80 80]'
    expect(explain(output, { on: 'debian' })).toMatch(
      /^deb\.debian\.org has no release stretch\n.*archive\.debian\.org/,
    )
  })
})

describe('apk', () => {
  const output = (name: string): string =>
    `ERROR: unable to select packages:\n  ${name} (no such package):\n    required by: world[${name}]`

  test('knows names of Debian', () => {
    expect(explain(output('build-essential'), { on: 'alpine' })).toBe(
      'apk has no package build-essential; here it is called build-base',
    )
  })

  test('has the nearest name in its index, which is signed and so of two parts', () => {
    const index = Buffer.concat([gzipSync('signature'), gzipSync('C:Q1x\nP:nodejs\nV:1\n\nC:Q1y\nP:nodejs-current\n')])
    const files = { 'var/cache/apk/APKINDEX.a0b1c2d3.tar.gz': index }
    expect(explain(output('nodejss'), { on: 'alpine', files })).toBe('apk has no package nodejss; did you mean nodejs?')
  })

  test('has the nearest of the common names without an index', () => {
    expect(explain(output('curll'), { on: 'alpine' })).toBe('apk has no package curll; did you mean curl?')
  })

  test('is searched when nothing is near', () => {
    expect(explain(output('xyzzyplugh'), { on: 'alpine' })).toMatch(
      /^apk has no package xyzzyplugh\nsearch for it with apk search/,
    )
  })
})

test.each(['No match for argument: build-essential', 'Error: Unable to find a match: build-essential'])(
  'dnf knows names of Debian: %s',
  (output) => {
    expect(explain(output, { on: 'fedora' })).toBe('dnf has no package build-essential; here it is called gcc-c++')
  },
)
