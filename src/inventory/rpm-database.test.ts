import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { listPackages } from './index.ts'
import { readRpmDatabase } from './rpm-database.ts'
import { sqliteRows } from './sqlite-table.ts'

const testdata = new URL('testdata/', import.meta.url)
const fixture = (name: string): Buffer => gunzipSync(readFileSync(new URL(`${name}.gz`, testdata)))

// The databases were made by rpm itself, and by Berkeley DB from the headers of rpm; see testdata/make-rpm-databases.sh.
const sqlite = fixture('rpmdb.sqlite')
const berkeley = fixture('Packages')
/** What `rpm -qa` said of them. */
const truth = readFileSync(new URL('rpm-qa.txt', testdata), 'utf8').trim().split('\n').sort()
const without = (name: string): readonly string[] => truth.filter((line) => !line.startsWith(`${name}|`))

/** As the query format of `rpm-qa.txt` has it. */
function queried(file: Buffer, wal?: Buffer): readonly string[] {
  const packages = readRpmDatabase(file, wal) ?? []
  const line = ({ name, version, architecture, licenses, source }: (typeof packages)[number]): string => {
    const [, epoch = '(none)', number, release] = /^(?:(\d+):)?(.*)-(.*)$/.exec(version) ?? []
    return [
      name,
      epoch,
      number,
      release,
      architecture,
      licenses?.[0],
      `${source?.name}-${source?.version}.src.rpm`,
    ].join('|')
  }
  return packages.map(line).sort()
}

/** The format of SUSE around the same headers: a page of slots, then blobs in blocks of 16 bytes. */
function ndb(blobs: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096)
  slots.write('RpmP', 0, 'latin1')
  slots.writeUInt32LE(1, 12)
  const parts: Buffer[] = [slots]
  let next = 4096 / 16
  blobs.forEach((blob, index) => {
    const at = 32 + index * 16
    const part = Buffer.alloc(Math.ceil((16 + blob.length + 12) / 16) * 16)
    slots.write('Slot', at, 'latin1')
    slots.writeUInt32LE(index + 1, at + 4)
    slots.writeUInt32LE(next, at + 8)
    slots.writeUInt32LE(part.length / 16, at + 12)
    part.write('BlbS', 0, 'latin1')
    part.writeUInt32LE(index + 1, 4)
    part.writeUInt32LE(blob.length, 12)
    part.set(blob, 16)
    parts.push(part)
    next += part.length / 16
  })
  // A slot that was freed keeps its mark and loses its number.
  slots.write('Slot', 32 + blobs.length * 16, 'latin1')
  return Buffer.concat(parts)
}

const headers = sqliteRows(sqlite, 'Packages').map((row) => row[1] as Buffer)

describe('readRpmDatabase', () => {
  it.each([
    ['SQLite', sqlite],
    ['Berkeley DB', berkeley],
    ['SUSE', ndb(headers)],
  ])('lists what rpm lists, from a database of %s', (_, file) => {
    expect(truth).toHaveLength(19)
    expect(queried(file)).toEqual(truth)
  })

  it('sees what stands in the write-ahead log of SQLite, and leaves out what was not committed', () => {
    const [file, wal] = [sqlite, fixture('rpmdb.sqlite-wal')]
    expect(queried(file)).toEqual(truth)
    expect(queried(file, wal)).toEqual(without('sample-9'))
    expect(queried(file, wal.subarray(0, -1))).toEqual(truth)
    const foreign = Buffer.from(wal)
    foreign[16] = (foreign[16] ?? 0) ^ 1
    expect(queried(file, foreign)).toEqual(truth)
  })

  it('reads large values of SQLite from lists of pages', () => {
    expect(
      headers
        .map(({ length }) => length)
        .sort((a, b) => a - b)
        .at(-1),
    ).toBeGreaterThan(4096)
    expect(sqliteRows(sqlite, 'Nothing')).toEqual([])
  })

  it('does no harm when a database is damaged, and knows what is none', () => {
    expect(readRpmDatabase(Buffer.from('x'.repeat(5000)))).toBeUndefined()
    expect(readRpmDatabase(Buffer.from('SQLite format 3'))).toEqual([])
    const files = [sqlite, berkeley, ndb(headers)]
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), (which, place, bytes) => {
        const damaged = Buffer.from(files[which] as Buffer)
        damaged.set(bytes, place % (damaged.length - 8))
        readRpmDatabase(damaged)
        readRpmDatabase(damaged.subarray(0, place % damaged.length))
      }),
      { numRuns: 300 },
    )
  })

  it('gives packages with the epoch in the version, and as a qualifier of the URL', () => {
    const view = memoryTree({
      'etc/os-release': 'ID=rocky\nVERSION_ID=9.3\n',
      'var/lib/rpm/rpmdb.sqlite': { content: fixture('rpmdb.sqlite') },
      'var/lib/rpm/rpmdb.sqlite-wal': { content: fixture('rpmdb.sqlite-wal') },
    })
    const { packages } = listPackages(view, (path, { offset, length }) =>
      view.read(path).subarray(offset, offset + length),
    )
    expect(packages).toHaveLength(18)
    expect(packages.find(({ name }) => name === 'sample-5')).toEqual({
      type: 'rpm',
      name: 'sample-5',
      version: '2:1.5-3.el9',
      architecture: 'x86_64',
      source: { name: 'sample-5', version: '1.5-3.el9' },
      licenses: ['MIT and GPLv2+'],
      origin: 'os',
      purl: 'pkg:rpm/rocky/sample-5@1.5-3.el9?arch=x86_64&distro=rocky-9.3&epoch=2',
      path: 'var/lib/rpm/rpmdb.sqlite',
    })
  })
})
