import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathFromBytes, SlipwayError } from '../core/index.ts'
import {
  decodeTarEntries,
  encodeTarHeader,
  endOfArchive,
  isTarHeader,
  type LayerEntry,
  readTar,
  tarPadding,
  tarSize,
  writeTarHeader,
} from './index.ts'

const file: LayerEntry = { path: 'a', kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n }

/** An archive whose files hold `x`. */
function archiveOf(entries: readonly LayerEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [
    encodeTarHeader(entry),
    Buffer.alloc(entry.size, 'x'),
    Buffer.alloc(tarPadding(entry.size)),
  ])
  return Buffer.concat([...parts, endOfArchive])
}

const nameByte = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x61, max: 0x7a }) },
  fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f),
)
const name = fc
  .array(nameByte, { minLength: 1, maxLength: 130 })
  .map((bytes) => pathFromBytes(Buffer.from(bytes)))
  .filter((text) => text !== '.' && text !== '..' && !text.startsWith('.wh.'))
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const id = fc.oneof(fc.nat({ max: 70_000 }), fc.nat({ max: 4_294_967_295 }))
const common = {
  path,
  mode: fc.nat({ max: 0o7777 }),
  uid: id,
  gid: id,
  mtime: fc.oneof(
    fc.bigInt({ min: 0n, max: 2_000_000_000n }).map((seconds) => seconds * 1_000_000_000n),
    fc.bigInt({ min: -(10n ** 19n), max: 10n ** 20n }),
  ),
}
const xattrs = fc.option(
  fc.dictionary(fc.constantFrom('user.a', 'user.b c', 'security.capability'), fc.uint8Array({ maxLength: 40 }), {
    minKeys: 1,
    noNullPrototype: true,
  }),
  { nil: undefined },
)
const size0 = fc.constant(0)
const target = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `../${parts.join('/')}`)
const device = fc.nat({ max: 0o7777777 })
const entry: fc.Arbitrary<LayerEntry> = fc
  .oneof(
    fc.record({ ...common, kind: fc.constant('file' as const), size: fc.nat({ max: 2000 }), xattrs }),
    fc.record({
      ...common,
      kind: fc.constant('dir' as const),
      size: size0,
      opaque: fc.constantFrom(true, undefined),
      xattrs,
    }),
    fc.record({ ...common, kind: fc.constant('symlink' as const), size: size0, linkname: target }),
    fc.record({ ...common, kind: fc.constant('hardlink' as const), size: size0, linkname: path }),
    fc.record({
      ...common,
      kind: fc.constantFrom('char' as const, 'block' as const),
      size: size0,
      devMajor: device,
      devMinor: device,
    }),
    fc.record({ ...common, kind: fc.constant('fifo' as const), size: size0 }),
    fc.record({ ...common, kind: fc.constant('whiteout' as const), mode: size0, size: size0 }),
  )
  .map(
    (made) =>
      Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as unknown as LayerEntry,
  )

describe('tar codec', () => {
  test('decoding an encoded archive gives back the entries', () => {
    const unique = fc.uniqueArray(entry, { maxLength: 6, selector: (made) => made.path })
    const holds = (entries: LayerEntry[]) => {
      expect(decodeTarEntries(archiveOf(entries))).toEqual(entries)
    }
    fc.assert(fc.property(unique, holds), { numRuns: 300 })
  })

  test('a stream cut into chunks anywhere decodes to the same events', async () => {
    const sample: LayerEntry[] = [
      { ...file, path: `${'d'.repeat(120)}/${'f'.repeat(120)}`, size: 1300 },
      { ...file, path: 'b', uid: 3_000_000, size: 512 },
      { ...file, path: 'c', kind: 'dir', opaque: true, mode: 0o755 },
    ]
    const archive = archiveOf(sample)
    for (const step of [1, 7, 511, 512, 513, 4096]) {
      const chunks = Array.from({ length: Math.ceil(archive.length / step) }, (_, at) =>
        archive.subarray(at * step, (at + 1) * step),
      )
      let bytes = 0
      const entries: LayerEntry[] = []
      let opaque = ''
      for await (const event of readTar(chunks)) {
        if (event.kind === 'entry') entries.push(event.entry)
        if (event.kind === 'data') bytes += event.bytes.length
        if (event.kind === 'opaque') opaque = event.path
      }
      expect({ step, bytes, opaque, paths: entries.map((made) => made.path) }).toEqual({
        step,
        bytes: 1812,
        opaque: 'c',
        paths: sample.map((made) => made.path),
      })
    }
  })

  test('a plain file takes one block without an extended header', () => {
    expect(
      encodeTarHeader({ ...file, path: 'usr/bin/env', size: 7, mtime: 1_700_000_000n * 1_000_000_000n }).length,
    ).toBe(512)
    expect(tarSize({ ...file, size: 7 })).toBe(1024)
  })

  test('a path of up to 256 bytes that splits at a slash stays in ustar', () => {
    expect(encodeTarHeader({ ...file, path: `${'d'.repeat(150)}/${'f'.repeat(100)}` }).length).toBe(512)
    expect(encodeTarHeader({ ...file, path: 'f'.repeat(101) }).length).toBe(1536)
  })

  test.each([
    ['a NUL in a path', { ...file, path: 'a\0b' }],
    ['a mode with type bits', { ...file, mode: 0o100644 }],
    ['a negative owner', { ...file, uid: -1 }],
    ['a fractional size', { ...file, size: 0.5 }],
    [
      'a device number beyond seven octal digits',
      { ...file, kind: 'char', devMajor: 2_097_152, devMinor: 0 } as LayerEntry,
    ],
    ['an attribute name with an equals sign', { ...file, xattrs: { 'user.a=b': new Uint8Array(1) } }],
    ['a link without target', { ...file, kind: 'symlink' } as LayerEntry],
  ])('%s is refused instead of bent', (_, bad) => {
    expect(() => encodeTarHeader(bad)).toThrow(SlipwayError)
  })

  test('a global header applies to all members and an own record wins over it', () => {
    const record = (text: string) => Buffer.from(text)
    const special = (type: string, body: Buffer) => {
      const header = Buffer.from(encodeTarHeader({ ...file, path: 'pax', size: body.length }))
      header[156] = type.charCodeAt(0)
      header.fill(0x20, 148, 156)
      header.write(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
        'latin1',
      )
      return Buffer.concat([header, body, Buffer.alloc(tarPadding(body.length))])
    }
    const one = Buffer.from(encodeTarHeader({ ...file, path: 'one' }))
    const two = Buffer.from(encodeTarHeader({ ...file, path: 'two' }))
    const archive = Buffer.concat([
      special('g', record('10 uid=77\n')),
      one,
      special('x', record('10 uid=88\n')),
      two,
      endOfArchive,
    ])
    expect(decodeTarEntries(archive).map((made) => [made.path, made.uid])).toEqual([
      ['one', 77],
      ['two', 88],
    ])
  })

  test.each([
    ['./a//b/./c', 'a/b/c'],
    ['/etc/passwd', 'etc/passwd'],
    ['a/../b', 'b'],
    ['./', ''],
  ])('the stored path %s reads as %s', (stored, expected) => {
    const kind = stored.endsWith('/') ? 'dir' : 'file'
    expect(decodeTarEntries(archiveOf([{ ...file, path: stored.replace(/\/$/, ''), kind }]))[0]?.path).toBe(expected)
  })
})

describe('the short way to a header', () => {
  const short = fc.record({
    path: fc.stringMatching(/^[!-.0-~]{1,20}(\/[!-.0-~]{1,20}){0,3}$/),
    kind: fc.constantFrom('file' as const, 'dir' as const),
    mode: fc.nat({ max: 0o7777 }),
    uid: fc.oneof(fc.nat({ max: 70_000 }), fc.nat({ max: 4_294_967_295 })),
    gid: fc.nat({ max: 70_000 }),
    size: fc.nat({ max: 2 ** 36 }),
    mtime: fc.oneof(
      fc.bigInt({ min: 0n, max: 2_000_000_000n * 1_000_000_000n }),
      fc.bigInt({ min: -(10n ** 10n), max: 10n ** 22n }),
      fc.bigInt({ min: 0n, max: 2_000_000_000n }).map((seconds) => seconds * 1_000_000_000n),
    ),
  })

  test('gives the bytes of the long way, which entries with attributes go', () => {
    const same = (made: LayerEntry): void => {
      const one = made.kind === 'dir' ? { ...made, size: 0 } : made
      const long = encodeTarHeader({ ...one, xattrs: {} })
      const place = Buffer.alloc(2000, 'x')
      const end = 7 + (writeTarHeader(place, 7, one) ?? 0)
      expect(Buffer.compare(encodeTarHeader(one), long)).toBe(0)
      if (end > 7) expect(Buffer.compare(place.subarray(7, end), long)).toBe(0)
    }
    fc.assert(fc.property(short, same), { numRuns: 2000 })
  })
})

describe('a hostile archive', () => {
  const bad = (archive: Uint8Array) => {
    try {
      decodeTarEntries(archive)
    } catch (error) {
      return error instanceof SlipwayError ? `${error.code}: ${error.message}` : String(error)
    }
    return 'accepted'
  }
  const patched = (at: number, bytes: string) => {
    const block = Buffer.from(encodeTarHeader({ ...file, size: 10 }))
    block.write(bytes, at, 'latin1')
    block.fill(0x20, 148, 156)
    block.write(
      `${block
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    )
    return Buffer.concat([block, Buffer.alloc(512), endOfArchive])
  }

  test('with a path above the root is refused', () => {
    expect(bad(archiveOf([{ ...file, path: 'a/../../etc/passwd' }]))).toMatch(/^bad-archive: .*leaves the archive/)
    expect(bad(archiveOf([{ ...file, path: 'x', kind: 'hardlink', linkname: '../../etc/shadow' }]))).toMatch(
      /leaves the archive/,
    )
  })

  test('is known by the sum of its first header, whatever that says', () => {
    const climbing = archiveOf([{ ...file, path: '../f' }])
    expect(isTarHeader(climbing)).toBe(true)
    expect(isTarHeader(climbing.subarray(0, 511))).toBe(false)
    expect(isTarHeader(Buffer.from(climbing).fill('y', 0, 1))).toBe(false)
    expect(isTarHeader(endOfArchive)).toBe(false)
  })

  test('with a wrong checksum is refused with the offset', () => {
    const archive = archiveOf([file, { ...file, path: 'b' }])
    archive[512] = 0x7a
    expect(bad(archive)).toBe('bad-archive: the archive is damaged at byte 512: the checksum of a header is wrong')
  })

  test('with a negative or oversized number is refused', () => {
    expect(bad(patched(124, '\xff'.repeat(12)))).toMatch(/size is negative/)
    expect(bad(patched(124, `\x80${'\xff'.repeat(11)}`))).toMatch(/too large/)
    expect(bad(patched(108, '12x4567\0'))).toMatch(/not octal/)
  })

  test('with an extended header of more than 1 MiB is refused before it is read', () => {
    expect(bad(patched(124, '00010000000\0'))).toMatch(/stops in the middle/)
    const special = patched(124, '00010000000\0')
    special[156] = 0x78
    special.fill(0x20, 148, 156)
    const sum = special.subarray(0, 512).reduce((total, byte) => total + byte, 0)
    special.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    expect(bad(special)).toMatch(/longer than 1 MiB/)
  })

  test('with a whiteout that names a directory link is refused', () => {
    for (const stored of ['.wh.', 'a/.wh..', 'a/.wh...'])
      expect(bad(archiveOf([{ ...file, path: stored }]))).toMatch(/names nothing/)
  })

  test('cut short at any block is refused unless it ends between members', () => {
    const archive = archiveOf([{ ...file, path: 'f'.repeat(120), size: 600 }])
    expect(bad(archive.subarray(0, archive.length - 1024))).toBe('accepted')
    for (let at = 100; at < archive.length - 1024; at += 100)
      expect(bad(archive.subarray(0, at))).toMatch(/^bad-archive/)
  })

  test('of random bytes or flipped bits gives an error of ours or entries, never anything else', () => {
    const valid = archiveOf([
      { ...file, path: 'f'.repeat(120), size: 600, xattrs: { 'user.x': new Uint8Array(3) } },
      { ...file, path: 'b' },
    ])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        (flips) => {
          const archive = Buffer.from(valid)
          for (const [at, value] of flips) archive[at] = value
          expect(bad(archive)).toMatch(/^(accepted|bad-archive)/)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('GNU tar', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-tar-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (command: string, input?: Buffer) => {
    const done = spawnSync('sh', ['-c', command], { cwd: folder, input, encoding: 'buffer', maxBuffer: 1 << 28 })
    if (done.status !== 0) throw new Error(`${command}: ${done.stderr.toString()}`)
    return done.stdout
  }

  test('lists what we encode: owners, times, links and long names', () => {
    const archive = archiveOf([
      { ...file, path: 'etc', kind: 'dir', mode: 0o755 },
      {
        ...file,
        path: `etc/${'long-'.repeat(60)}`,
        uid: 3_000_000,
        gid: 4_000_000,
        mode: 0o4755,
        size: 10,
        mtime: 1_600_000_000_123_456_789n,
      },
      { ...file, path: 'etc/caf\u00e9', kind: 'symlink', mode: 0o777, linkname: 't'.repeat(130) },
      { ...file, path: 'etc/null', kind: 'char', devMajor: 1, devMinor: 3 },
    ])
    const listing = run('TZ=UTC tar --full-time --numeric-owner --quoting-style=literal -tvf -', archive)
      .toString()
      .replace(/ +/g, ' ')
      .split('\n')
    expect(listing).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00:00 etc/',
      `-rwsr-xr-x 3000000/4000000 10 2020-09-13 12:26:40.123456789 etc/${'long-'.repeat(60)}`,
      `lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 etc/caf\u00e9 -> ${'t'.repeat(130)}`,
      'crw-r--r-- 0/0 1,3 1970-01-01 00:00:00 etc/null',
      '',
    ])
  })

  test.each([
    ['gnu', '--format=gnu --sparse'],
    ['PAX 0.0', '--format=pax --sparse --sparse-version=0.0'],
    ['PAX 0.1', '--format=pax --sparse --sparse-version=0.1'],
    ['PAX 1.0', '--format=pax --sparse --sparse-version=1.0'],
  ])('sparse files in its %s form come out expanded', async (_, flags) => {
    const logical = Buffer.alloc(3_000_000)
    for (let at = 65_536; at < 2_600_000; at += 131_072) logical.write(`piece at ${at}`, at)
    writeFileSync(join(folder, 'plain'), logical)
    run('cp --sparse=always plain holes')
    const archive = run(`tar ${flags} -cf - holes plain`)
    const contents: Buffer[][] = []
    const entries: LayerEntry[] = []
    for await (const event of readTar([archive])) {
      if (event.kind === 'entry') {
        entries.push(event.entry)
        contents.push([])
      } else if (event.kind === 'data') contents.at(-1)?.push(Buffer.from(event.bytes))
    }
    expect(archive.length).toBeLessThan(5_000_000)
    expect(entries.map((made) => [made.path, made.size])).toEqual([
      ['holes', 3_000_000],
      ['plain', 3_000_000],
    ])
    for (const parts of contents) expect(Buffer.concat(parts).equals(logical)).toBe(true)
  })

  test.each(['gnu', 'pax', 'ustar', 'oldgnu', 'v7'])('archives in its %s format decode', (format) => {
    const deep = `${'d'.repeat(50)}/${'e'.repeat(45)}`
    run(
      `rm -rf tree && mkdir -p tree/${deep} && echo hi > tree/${deep}/x && ln tree/${deep}/x tree/y && ln -s y tree/z && touch -d @1500000000 tree/z -h`,
    )
    const entries = decodeTarEntries(
      run(
        `tar --format=${format} --sort=name --numeric-owner -cf - -C tree ${deep.slice(0, 50)}/${'e'.repeat(45)}/x y z`,
      ),
    )
    expect(entries.map(({ path: at, kind, linkname, size }) => ({ at, kind, linkname, size }))).toEqual([
      { at: `${deep}/x`, kind: 'file', linkname: undefined, size: 3 },
      { at: 'y', kind: 'hardlink', linkname: `${deep}/x`, size: 0 },
      { at: 'z', kind: 'symlink', linkname: 'y', size: 0 },
    ])
    expect(entries[2]?.mtime).toBe(1_500_000_000_000_000_000n)
  })
})
