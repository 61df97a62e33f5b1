import { describe, expect, it } from 'vitest'
import type { LayerEntry } from '../archive/index.ts'
import { digestOf } from '../core/index.ts'
import type { ImageConfig } from '../oci/index.ts'
import { decodeCapabilities } from './file-capabilities.ts'
import { imageInside } from './image-inside.ts'
import { findSurface } from './surface.ts'
import { programKind } from './surface-programs.ts'
import { scoreSurface } from './surface-score.ts'

const fixed = { uid: 0, gid: 0, size: 1, mtime: 0n }
const file = (path: string, mode = 0o755): LayerEntry => ({ ...fixed, path, kind: 'file', mode })
const link = (path: string, linkname: string): LayerEntry => ({
  ...fixed,
  path,
  kind: 'symlink',
  mode: 0o777,
  linkname,
})
const directory = (path: string, mode: number): LayerEntry => ({ ...fixed, path, kind: 'dir', mode })
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex')

function surfaceOf(entries: readonly LayerEntry[], { user = '', passwd = '', ports = {} } = {}) {
  const config: ImageConfig = {
    architecture: 'amd64',
    os: 'linux',
    config: { User: user, ExposedPorts: ports },
    rootfs: { type: 'layers', diff_ids: [] },
    history: [],
  }
  const all = [...entries, { ...file('etc/passwd', 0o644), size: passwd.length }]
  const layer = {
    id: 'layer',
    diffId: digestOf('layer'),
    instruction: 'COPY . /',
    source: 'Dockerfile',
    line: 3,
    entries: all,
    read: () => Buffer.from(passwd),
  }
  const platform = { os: 'linux', architecture: 'amd64' }
  const inside = imageInside({ name: 'app', id: digestOf('app'), platform, config, layers: [layer] })
  return findSurface(inside, { packages: [] })
}

const shown = (entries: readonly LayerEntry[]): readonly string[] =>
  surfaceOf(entries).items.map(({ kind, path, also, detail }) =>
    [kind, path, ...also, ...(detail === undefined ? [] : [detail])].join(' '),
  )

describe('findSurface', () => {
  it.each([
    [
      'one shell under all its names',
      [file('bin/busybox'), link('bin/ash', 'busybox'), link('bin/sh', '/bin/busybox')],
      ['shell bin/ash bin/sh'],
    ],
    ['nothing of a link that leads nowhere', [link('bin/sh', 'dash')], []],
    ['nothing of a file that nobody may execute', [file('bin/sh', 0o644)], []],
    ['programs with the setuid and the setgid bit', [file('a', 0o6755)], ['setuid a', 'setgid a']],
    ['no bit of a file that nobody may execute', [file('a', 0o4644)], []],
    [
      'files and directories that all may write',
      [file('a', 0o666), directory('d', 0o777)],
      ['world-writable a', 'world-writable d'],
    ],
    ['nothing of directories with the sticky bit', [directory('tmp', 0o1777)], []],
    [
      'capabilities by their names',
      [{ ...file('ping'), xattrs: { 'security.capability': hex('0100000200200000000000000000000000000000') } }],
      ['capability ping cap_net_raw'],
    ],
  ])('finds %s', (_, entries, expected) => {
    expect(shown(entries)).toEqual(expected)
  })

  it.each([
    ['', '', true],
    ['0', '', true],
    ['root:app', '', true],
    ['1000', '', false],
    ['app', 'root:x:0:0\napp:x:1000:1000\n', false],
    ['toor', 'root:x:0:0\ntoor:x:0:0\n', true],
    ['unknown', 'root:x:0:0\n', false],
  ])('tells of user %j whether it is root', (user, passwd, isRoot) => {
    expect(surfaceOf([], { user, passwd }).user).toEqual({ name: user, isRoot })
  })

  it('names the line that brought a file, and scores an image of one program with 0', () => {
    const { items, score } = surfaceOf([file('bin/sh')])
    expect(items.map(({ step }) => `${step?.source}:${step?.line}`)).toEqual(['Dockerfile:3'])
    expect(score).toBe(30)
    expect(surfaceOf([file('app')], { user: '1000' }).score).toBe(0)
    expect(surfaceOf([file('app')], { user: '1000', ports: { '80/tcp': {}, '443/tcp': {} } })).toMatchObject({
      score: 2,
      ports: ['443/tcp', '80/tcp'],
    })
  })
})

describe('scoreSurface', () => {
  it('rounds up, and gives no part more than its most', () => {
    const items = Array.from({ length: 30 }, () => ({ kind: 'setuid' as const }))
    const parts = scoreSurface({ items, isRoot: false, ports: 0, packages: 31 })
    expect(parts.filter(({ points }) => points > 0)).toEqual([
      { part: 'setuid', count: 30, points: 20 },
      { part: 'packages', count: 31, points: 4 },
    ])
  })
})

describe('programKind', () => {
  it.each([
    ['usr/bin/python3.11', 'interpreter'],
    ['usr/local/bin/npm', 'package-manager'],
    ['usr/bin/x86_64-linux-gnu-gcc-12', 'compiler'],
    ['opt/java/openjdk/bin/java', 'interpreter'],
    ['usr/bin/curl', 'network-tool'],
    ['usr/share/bash', undefined],
    ['app/bin/sh', undefined],
    ['usr/bin/shuf', undefined],
  ])('of %s is %s', (path, kind) => {
    expect(programKind(path)).toBe(kind)
  })
})

describe('decodeCapabilities', () => {
  it.each([
    ['0100000200200000000000000000000000000000', ['cap_net_raw'], true],
    ['0000000200040000000000000000000000000000', ['cap_net_bind_service'], false],
    ['01000003000000000000000000010000000000000a000000', ['cap_checkpoint_restore'], true],
    ['010000010000200000000000', ['cap_sys_admin'], true],
    ['0100000200000000002000000000000000000000', ['cap_net_raw'], true],
  ])('reads %s', (bytes, names, isEffective) => {
    expect(decodeCapabilities(hex(bytes))).toEqual({ names, isEffective })
  })

  it.each([
    '',
    '010000',
    '0100000200200000',
    '0100000900200000000000000000000000000000',
    '0100000200000000000000000000000000000000',
  ])('knows that %j says nothing', (bytes) => {
    expect(decodeCapabilities(hex(bytes))).toBeUndefined()
  })
})
