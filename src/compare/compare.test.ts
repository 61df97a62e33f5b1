import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { type ElfHeader, readElf } from '../elf/index.ts'
import { type MemoryFiles, memoryTree } from '../fileset/index.ts'
import type { Package } from '../inventory/index.ts'
import type { RuntimeConfig } from '../oci/index.ts'
import { comparablePath, namesArchitecture, withoutArchitecture } from './architecture-names.ts'
import { compareConfigs } from './compare-config.ts'
import { compareFiles } from './compare-files.ts'
import { foreignPrograms } from './foreign-programs.ts'
import { compareImages, comparePlatforms, type ImageFacts } from './index.ts'
import { summarizeDirectories } from './summarize-directories.ts'

interface Parts {
  readonly architecture?: string
  readonly config?: RuntimeConfig
  readonly files?: MemoryFiles
  readonly packages?: readonly Package[]
  readonly owned?: readonly string[]
  readonly programs?: readonly (readonly [string, ElfHeader])[]
}

function image({ architecture = 'amd64', config = {}, files = {}, ...parts }: Parts): ImageFacts {
  return {
    name: 'app',
    platform: { os: 'linux', architecture },
    config: { config },
    layers: [{ diffId: 'sha256:a', disk: 10, transfer: 5 }],
    view: memoryTree(files),
    packages: parts.packages ?? [],
    skipped: [],
    owned: new Set(parts.owned),
    programs: new Map(parts.programs),
  }
}

function pack(type: Package['type'], name: string, version: string, architecture?: string): Package {
  const arch = architecture === undefined ? {} : { architecture }
  return { type, name, version, purl: `pkg:${type}/${name}@${version}`, path: 'db', origin: 'os', ...arch }
}

function elf(machine: number, type = 2): ElfHeader {
  const file = Buffer.alloc(64)
  file.write('\x7fELF\x02\x01', 'latin1')
  file.writeUInt16LE(type, 16)
  file.writeUInt16LE(machine, 18)
  return readElf(file) as ElfHeader
}

const file = (content: string, more = {}) => ({ content, digest: digestOf(content), ...more })

describe('compareFiles', () => {
  const before = memoryTree({
    same: file('a', { mtime: 1n }),
    gone: file('b'),
    content: file('c'),
    mode: file('d'),
    owner: file('e'),
    kind: file('f'),
    link: { kind: 'symlink', linkname: 'same' },
    'dir/inside': file('g'),
    empty: { kind: 'dir' },
    directory: { kind: 'dir', mode: 0o755 },
    caps: file('h'),
  })
  const after = memoryTree({
    same: file('a', { mtime: 2n }),
    content: file('z'),
    mode: file('d', { mode: 0o4755 }),
    owner: file('e', { uid: 7 }),
    kind: { kind: 'dir' },
    link: { kind: 'symlink', linkname: 'mode' },
    directory: { kind: 'dir', mode: 0o700 },
    caps: file('h', { xattrs: { 'security.capability': Uint8Array.of(1) } }),
    'new/inside': file('i'),
  })

  it('tells what of a path differs; times do not count, nor directories that show by what is in them', () => {
    const found = compareFiles(before, after)
    expect(found.map(({ path, change, aspects }) => [path, change, ...aspects])).toEqual([
      ['caps', 'changed', 'attributes'],
      ['content', 'changed', 'content'],
      ['dir/inside', 'removed'],
      ['directory', 'changed', 'mode'],
      ['empty', 'removed'],
      ['gone', 'removed'],
      ['kind', 'changed', 'type'],
      ['link', 'changed', 'target'],
      ['mode', 'changed', 'mode'],
      ['new/inside', 'added'],
      ['owner', 'changed', 'owner'],
    ])
    expect(found.find(({ path }) => path === 'gone')?.before).toEqual({
      kind: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: 1,
    })
  })

  it('finds nothing between equal trees', () => {
    expect(compareFiles(before, before)).toEqual([])
  })
})

describe('summarizeDirectories', () => {
  const added = (path: string, size = 1) =>
    ({ path, change: 'added', aspects: [], after: { kind: 'file', mode: 0, uid: 0, gid: 0, size } }) as const

  it('splits the largest directories as long as there is room', () => {
    const files = ['a/b/1', 'a/b/2', 'a/c/1', 'a/0', 'd/e/f/g', 'h'].map((path) => added(path))
    const rows = (limit: number) => summarizeDirectories(files, limit).map(({ path, added: count }) => [path, count])
    expect(rows(1)).toEqual([['', 6]])
    expect(rows(3)).toEqual([
      ['a/', 4],
      ['d/e/f/g', 1],
      ['h', 1],
    ])
    expect(rows(5)).toEqual([
      ['a/0', 1],
      ['a/b/', 2],
      ['a/c/1', 1],
      ['d/e/f/g', 1],
      ['h', 1],
    ])
  })

  it('keeps the files of a directory together, and sums all changes', () => {
    const files = [
      added('x/1', 100),
      { path: 'x/2', change: 'removed', aspects: [], before: { kind: 'file', mode: 0, uid: 0, gid: 0, size: 30 } },
      added('x/y/1'),
      added('x/y/2'),
    ] as const
    expect(summarizeDirectories(files, 2)).toEqual([
      { path: 'x/*', added: 1, removed: 1, changed: 0, bytes: 70 },
      { path: 'x/y/', added: 2, removed: 0, changed: 0, bytes: 2 },
    ])
    expect(summarizeDirectories([], 4)).toEqual([])
  })
})

describe('compareConfigs', () => {
  it('compares each variable, label and port by itself', () => {
    const found = compareConfigs([
      { Env: ['PATH=/bin', 'A=1', 'B'], Labels: { l: 'x' }, ExposedPorts: { '80/tcp': {} }, Cmd: ['a'], User: '' },
      { Env: ['PATH=/bin', 'A=2', 'B'], Labels: {}, ExposedPorts: { '81/tcp': {} }, Cmd: null, User: 'app' },
    ])
    expect(found.map(({ name, values }) => [name, ...values])).toEqual([
      ['CMD', '["a"]', undefined],
      ['ENV A', '1', '2'],
      ['EXPOSE 80/tcp', '80/tcp', undefined],
      ['LABEL l', 'x', undefined],
      ['USER', undefined, 'app'],
      ['EXPOSE 81/tcp', undefined, '81/tcp'],
    ])
  })
})

describe('compareImages', () => {
  it('names packages with other versions, all versions of packages with several copies', () => {
    const { packages, same } = compareImages(
      image({ packages: [pack('deb', 'a', '1', 'amd64'), pack('npm', 'x', '1'), pack('deb', 'b', '1', 'all')] }),
      image({ packages: [pack('deb', 'a', '2', 'amd64'), pack('npm', 'x', '1'), pack('npm', 'x', '2')] }),
    )
    expect(packages).toEqual([
      { type: 'deb', name: 'a', versions: [['1'], ['2']] },
      { type: 'deb', name: 'b', versions: [['1'], []] },
      { type: 'npm', name: 'x', versions: [['1'], ['1', '2']] },
    ])
    expect(same).toBe(false)
  })

  it('sums up what the images weigh and counts shared layers', () => {
    const { before, sharedLayers, same } = compareImages(image({ files: { 'a/b': 'x' } }), image({}))
    expect(before).toEqual({
      name: 'app',
      platform: 'linux/amd64',
      layers: 1,
      disk: 10,
      transfer: 5,
      packages: 0,
      skipped: [],
      files: 1,
    })
    expect(sharedLayers).toBe(1)
    expect(same).toBe(false)
    expect(compareImages(image({}), image({ architecture: 'arm64' })).same).toBe(false)
  })
})

describe('comparablePath', () => {
  it.each([
    ['usr/lib/x86_64-linux-gnu/libc.so.6', 'amd64', 'usr/lib/aarch64-linux-gnu/libc.so.6', 'arm64'],
    ['lib64/ld-linux-x86-64.so.2', 'amd64', 'lib/ld-linux-aarch64.so.1', 'arm64'],
    ['usr/lib64/ld-linux-x86-64.so.2', 'amd64', 'usr/lib/ld-linux-armhf.so.3', 'arm'],
    ['lib/ld-musl-x86_64.so.1', 'amd64', 'lib/ld-musl-aarch64.so.1', 'arm64'],
    ['a/x.cpython-311-x86_64-linux-gnu.so', 'amd64', 'a/x.cpython-311-aarch64-linux-gnu.so', 'arm64'],
    ['go/pkg/tool/linux_amd64/vet', 'amd64', 'go/pkg/tool/linux_arm64/vet', 'arm64'],
    ['var/lib/dpkg/info/libc6:amd64.list', 'amd64', 'var/lib/dpkg/info/libc6:arm64.list', 'arm64'],
    ['node_modules/@esbuild/linux-x64/bin', 'amd64', 'node_modules/@esbuild/linux-arm64/bin', 'arm64'],
    ['usr/lib64/x.so', 'amd64', 'usr/lib/x.so', 's390x'],
  ])('matches %s of %s with %s of %s', (one, architecture, other, second) => {
    expect(comparablePath(one, architecture)).toBe(comparablePath(other, second))
  })

  it('leaves words alone that only begin like an architecture', () => {
    for (const name of ['farm', 'armor', 'arm64x', 'x64ify', 'x86_64']) {
      expect(withoutArchitecture(name, 'arm')).toBe(name)
      expect(withoutArchitecture(name, '386')).toBe(name)
    }
    expect(namesArchitecture('usr/aarch64-linux-gnu/lib/libc.so.6', 'arm64')).toBe(true)
    expect(namesArchitecture('usr/lib/charm/libc.so.6', 'arm')).toBe(false)
  })
})

describe('comparePlatforms', () => {
  it('matches what follows the architecture', () => {
    const amd = image({
      files: { 'lib64/ld-linux-x86-64.so.2': 'a', 'usr/lib/x86_64-linux-gnu/libz.so': 'b', 'doc/amd64.txt': 'c' },
      packages: [pack('deb', 'libc6', '1', 'amd64'), pack('npm', '@esbuild/linux-x64', '1')],
      config: { Env: ['LD=/usr/lib/x86_64-linux-gnu', 'ARCH=amd64'] },
    })
    const arm = image({
      architecture: 'arm64',
      files: { 'lib/ld-linux-aarch64.so.1': 'a', 'usr/lib/aarch64-linux-gnu/libz.so': 'bb', 'doc/amd64.txt': 'd' },
      packages: [pack('deb', 'libc6', '1', 'arm64'), pack('npm', '@esbuild/linux-arm64', '1')],
      config: { Env: ['LD=/usr/lib/aarch64-linux-gnu', 'ARCH=arm64'] },
    })
    expect(comparePlatforms([amd, arm])).toMatchObject({ same: true, packages: [], files: [], config: [], foreign: [] })
  })

  it('finds packages, files, settings and programs that are not the same', () => {
    const amd = image({
      files: { 'opt/addon': 'x', 'usr/lib/x86_64-linux-gnu/libmvec.so.1': 'y', app: 'c' },
      owned: ['usr/lib/x86_64-linux-gnu/libmvec.so.1'],
      packages: [pack('deb', 'curl', '1', 'amd64'), pack('deb', 'libc6', '1', 'i386')],
      config: { Env: ['MODE=a'] },
    })
    const arm = image({
      architecture: 'arm64',
      files: { app: 'd' },
      packages: [pack('deb', 'curl', '2', 'arm64')],
      config: { Env: ['MODE=b'] },
      programs: [
        ['usr/bin/tool', elf(0x3e)],
        ['usr/bin/fine', elf(0xb7)],
      ],
    })
    expect(comparePlatforms([amd, arm])).toMatchObject({
      same: false,
      packages: [
        { type: 'deb', name: 'curl', versions: [['1'], ['2']] },
        { type: 'deb', name: 'libc6:i386', versions: [['1'], []] },
      ],
      files: [{ path: 'opt/addon', platforms: ['linux/amd64'], size: 1 }],
      filesOfPackages: 1,
      config: [{ name: 'ENV MODE', values: ['a', 'b'] }],
      foreign: [{ path: 'usr/bin/tool', architecture: 'amd64', platform: 'linux/arm64' }],
    })
  })
})

describe('foreignPrograms', () => {
  const arm = { os: 'linux', architecture: 'arm64' }
  const amd = { os: 'linux', architecture: 'amd64' }

  it.each([
    ['a program of another machine', 'usr/bin/x', elf(0x3e), arm, true],
    ['a library of another machine', 'usr/lib/x.so', elf(0x3e, 3), arm, true],
    ['a program of the machine', 'usr/bin/x', elf(0xb7), arm, false],
    ['a program that the machine runs besides its own', 'usr/bin/x', elf(0x03), amd, false],
    ['an object file', 'race.syso', elf(0xb7, 1), amd, false],
    ['a kernel of a graphics card', 'k.so', elf(0xe0, 3), amd, false],
    ['a program whose path says so', 'prebuilds/linux-arm64/x.node', elf(0xb7, 3), amd, false],
  ])('judges %s', (_, path, header, platform, expected) => {
    expect(foreignPrograms(new Map([[path, header]]), platform)).toHaveLength(expected ? 1 : 0)
  })
})
