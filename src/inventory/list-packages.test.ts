import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MemoryFiles, memoryTree } from '../fileset/index.ts'
import { type Inventory, listOwnedFiles, listPackages, listPrograms, namesPackages } from './index.ts'

function inventory(files: MemoryFiles): Inventory {
  const view = memoryTree(files)
  return listPackages(view, (path, { offset, length }) => view.read(path).subarray(offset, offset + length))
}

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
const alpine = "NAME='Alpine Linux'\nID=alpine\nVERSION_ID=3.20.1\n"

const status = `Package: libc6
Status: install ok installed
Multi-Arch: same
Architecture: amd64
Source: glibc
Version: 2.36-9+deb12u4
Depends: libgcc-s1,
 libcrypt1 (>= 1:4.4.10-10~)
Description: GNU C Library
 Version: this is text

Package: tzdata
Status: deinstall ok config-files
Architecture: all
Version: 2024a-0

Package: base-passwd
Status: install ok installed
Architecture: amd64
Version: 1:3.6.1~rc1
Source: base-pw (9.9)
`

const installed = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
o:musl
L:MIT
F:lib
R:ld-musl-x86_64.so.1

P:libcrypto3
V:3.3.1-r3
A:x86_64
o:openssl
L:Apache-2.0
`

describe('listPackages', () => {
  it('reads the status of dpkg: installed packages only, with their source packages', () => {
    const { packages, distribution, skipped } = inventory({ 'etc/os-release': debian, 'var/lib/dpkg/status': status })
    expect(distribution).toEqual({ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' })
    expect(skipped).toEqual([])
    expect(packages).toEqual([
      {
        type: 'deb',
        name: 'base-passwd',
        version: '1:3.6.1~rc1',
        architecture: 'amd64',
        source: { name: 'base-pw', version: '9.9' },
        purl: 'pkg:deb/debian/base-passwd@1:3.6.1~rc1?arch=amd64&distro=debian-12',
        path: 'var/lib/dpkg/status',
        origin: 'os',
      },
      {
        type: 'deb',
        name: 'libc6',
        version: '2.36-9+deb12u4',
        architecture: 'amd64',
        source: { name: 'glibc', version: '2.36-9+deb12u4' },
        purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12',
        path: 'var/lib/dpkg/status',
        origin: 'os',
      },
    ])
  })

  it("reads distroless' files of single packages, and follows a linked os-release", () => {
    const { packages } = inventory({
      'etc/os-release': { kind: 'symlink', linkname: '../usr/lib/os-release' },
      'usr/lib/os-release': debian,
      'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4\nArchitecture: arm64\n',
      'var/lib/dpkg/status.d/base.md5sums': '0123  etc/issue\n',
    })
    expect(packages.map(({ purl }) => purl)).toEqual(['pkg:deb/debian/base-files@12.4?arch=arm64&distro=debian-12'])
  })

  it('reads the database of apk, at its old and its new place', () => {
    for (const place of ['lib/apk/db/installed', 'usr/lib/apk/db/installed']) {
      const { packages } = inventory({ 'etc/os-release': alpine, [place]: installed })
      expect(packages.map(({ purl, source, licenses }) => ({ purl, source, licenses }))).toEqual([
        {
          purl: 'pkg:apk/alpine/libcrypto3@3.3.1-r3?arch=x86_64&distro=alpine-3.20.1',
          source: { name: 'openssl', version: '3.3.1-r3' },
          licenses: ['Apache-2.0'],
        },
        {
          purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1',
          source: undefined,
          licenses: ['MIT'],
        },
      ])
    }
  })

  it('reads npm packages, nested and scoped, and nothing else that is called package.json', () => {
    const { packages } = inventory({
      'app/package.json': '{"name":"app","version":"1.0.0"}',
      'app/node_modules/a/package.json': '{"name":"a","version":"1.0.0","license":"MIT"}',
      'app/node_modules/a/node_modules/@s/b/package.json': '{"name":"@s/b","version":"2.0.0-rc.1+x"}',
      'app/node_modules/a/test/fixtures/package.json': '{"name":"fixture","version":"9"}',
      'app/node_modules/c/package.json': '{"type":"module"}',
      'app/node_modules/.package-lock.json': '{}',
    })
    expect(packages).toEqual([
      {
        type: 'npm',
        name: '@s/b',
        version: '2.0.0-rc.1+x',
        purl: 'pkg:npm/%40s/b@2.0.0-rc.1%2Bx',
        path: 'app/node_modules/a/node_modules/@s/b/package.json',
        origin: 'application',
      },
      {
        type: 'npm',
        name: 'a',
        version: '1.0.0',
        licenses: ['MIT'],
        purl: 'pkg:npm/a@1.0.0',
        path: 'app/node_modules/a/package.json',
        origin: 'application',
      },
    ])
  })

  it('reads what Python and Ruby record', () => {
    const site = 'usr/lib/python3/dist-packages'
    const { packages } = inventory({
      [`${site}/Typing_Extensions-4.dist-info/METADATA`]:
        'Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.12\nLicense-Expression: PSF-2.0\n\nName: text\n',
      [`${site}/six.egg-info`]: 'Name: six\nVersion: 1.16.0\nLicense: UNKNOWN\n',
      [`${site}/old.egg-info/PKG-INFO`]: 'Name: old\r\nVersion: 1\r\n',
      'var/lib/gems/3.1.0/specifications/nokogiri-1.16.2-x86_64-linux.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "nokogiri".freeze\n  s.version = "1.16.2"\n' +
        '  s.platform = "x86_64-linux".freeze\n  s.licenses = ["MIT".freeze, "Ruby".freeze]\nend\n',
    })
    expect(packages.map(({ purl, licenses }) => [purl, ...(licenses ?? [])])).toEqual([
      ['pkg:gem/nokogiri@1.16.2?platform=x86_64-linux', 'MIT', 'Ruby'],
      ['pkg:pypi/typing-extensions@4.12', 'PSF-2.0'],
      ['pkg:pypi/old@1'],
      ['pkg:pypi/six@1.16.0'],
    ])
  })

  it('names files that it cannot read and goes on', () => {
    const { packages, skipped } = inventory({
      'a/node_modules/bad/package.json': '{"name":',
      'a/node_modules/good/package.json': '\ufeff{"name":"good","version":"1"}',
    })
    expect(skipped).toEqual([{ path: 'a/node_modules/bad/package.json', reason: 'it is not JSON' }])
    expect(packages.map(({ name }) => name)).toEqual(['good'])
    expect(inventory({ 'var/lib/rpm/rpmdb.sqlite': 'x' }).skipped).toEqual([
      { path: 'var/lib/rpm/rpmdb.sqlite', reason: 'it is not a database of rpm that can be read' },
    ])
    const view = memoryTree({ 'lib/apk/db/installed': installed })
    expect(listPackages(view, () => undefined).skipped).toEqual([
      { path: 'lib/apk/db/installed', reason: 'it cannot be read' },
    ])
  })

  it('survives any content of any file it reads', () => {
    const places = ['var/lib/dpkg/status', 'lib/apk/db/installed', 'node_modules/a/package.json', 'x.egg-info']
    const words = fc.constantFrom(
      'Package:',
      'P:',
      'V:',
      'Version:',
      '\n',
      '\n\n',
      '{',
      '"name":',
      ' ',
      '\0',
      'Status:',
    )
    const text = fc.array(fc.oneof(words, fc.string({ maxLength: 5 })), { maxLength: 30 })
    fc.assert(
      fc.property(fc.constantFrom(...places, 'a/specifications/b.gemspec', 'etc/os-release'), text, (place, parts) => {
        for (const one of inventory({ [place]: parts.join('') }).packages) expect(one.purl).toMatch(/^pkg:\w+\/.+@.+$/)
      }),
    )
  })
})

describe('namesPackages', () => {
  it('is true for the files that are read whole', () => {
    expect(namesPackages('var/lib/dpkg/status')).toBe(true)
    expect(namesPackages('usr/lib/os-release')).toBe(true)
    expect(namesPackages('var/lib/dpkg/status-old')).toBe(false)
    expect(namesPackages('usr/bin/dpkg')).toBe(false)
  })
})

describe('listOwnedFiles', () => {
  it('follows the links of a merged /usr in the lists of dpkg', () => {
    const view = memoryTree({
      lib: { kind: 'symlink', linkname: 'usr/lib' },
      'usr/lib/libc.so.6': 'elf',
      'var/lib/dpkg/info/libc6:amd64.list': '/.\n/lib\n/lib/libc.so.6\n',
      'var/lib/dpkg/info/libc6:amd64.postinst': 'script',
    })
    const owned = listOwnedFiles(view, (path) => view.read(path))
    expect(owned.has('usr/lib/libc.so.6')).toBe(true)
    expect(owned.has('var/lib/dpkg/info/libc6:amd64.postinst')).toBe(true)
    expect(owned.has('usr/lib/other')).toBe(false)
  })

  it('reads the files of apk packages and of distroless', () => {
    const view = memoryTree({
      'lib/apk/db/installed': 'P:musl\nF:lib\nR:ld.so\nF:\nR:top\nF:usr/bin\nR:a\n',
      'var/lib/dpkg/status.d/base.md5sums': '0123456789abcdef  etc/issue\n',
    })
    const owned = listOwnedFiles(view, (path) => view.read(path))
    for (const path of ['lib/ld.so', 'top', 'usr/bin/a', 'etc/issue']) expect(owned.has(path)).toBe(true)
  })
})

describe('listPrograms', () => {
  it('looks into programs and libraries, and not into other files', () => {
    const elf = Buffer.alloc(64)
    elf.write('\x7fELF\x02\x01', 'latin1')
    elf.writeUInt16LE(0xb7, 18)
    const view = memoryTree({
      'bin/a': { content: elf, mode: 0o755 },
      'bin/script': { content: '#!/bin/sh'.padEnd(99), mode: 0o755 },
      'lib/b.so.1.2': elf,
      'lib/c.o': elf,
      'lib/d.node': elf,
    })
    const found = listPrograms(view, (path) => view.read(path))
    expect([...found].map(([path, { architecture }]) => `${path} ${architecture}`)).toEqual([
      'bin/a arm64',
      'lib/b.so.1.2 arm64',
      'lib/d.node arm64',
    ])
  })
})
