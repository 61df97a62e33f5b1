import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlannedEntry } from '../../fileset/index.ts'
import { contentStore, plannedFile } from './content-store.ts'
import { readDeb } from './deb.ts'
import { addPackageFiles, createRootTree, putDirectory, putLink, rootEntries } from './root-tree.ts'

const xz = spawnSync('xz', ['--version']).error === undefined
let cache: string

beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'slipway-unpack-'))
})

afterAll(() => rmSync(cache, { recursive: true, force: true }))

function deb(name: string) {
  return readDeb(
    fileURLToPath(new URL(`./testdata/pool/${name}.deb`, import.meta.url)),
    contentStore(cache),
    () => true,
  )
}

async function tree(...names: string[]): Promise<readonly PlannedEntry[]> {
  const root = createRootTree()
  for (const name of names) addPackageFiles(root, name, (await deb(name)).entries)
  return rootEntries(root)
}

function show(entries: readonly PlannedEntry[]): string[] {
  return entries
    .filter(({ path }) => !path.includes('share'))
    .map(
      ({ path, kind, mode, linkname }) =>
        `${kind} ${mode.toString(8)} ${path}${linkname === undefined ? '' : ` -> ${linkname}`}`,
    )
}

describe('readDeb', () => {
  it.skipIf(!xz)('reads packages compressed with xz (needs the program xz)', async () => {
    const apple = await deb('apple')
    expect(apple.control).toContain('Package: apple\n')
    expect(apple.entries.find(({ path }) => path === 'lib/fruit/core')?.size).toBe(5)
  })

  it.each(['pear', 'quince'])('reads %s, compressed otherwise', async (name) => {
    expect((await deb(name)).control).toContain(`Package: ${name}\n`)
  })
})

describe('rootEntries', () => {
  it.skipIf(!xz)('merges /usr, keeps modes and links, and lists parents first', async () => {
    expect(show(await tree('apple', 'pear', 'quince'))).toEqual([
      'symlink 777 bin -> usr/bin',
      'dir 755 etc',
      'file 644 etc/pear.conf',
      'symlink 777 lib -> usr/lib',
      'dir 755 usr',
      'dir 755 usr/bin',
      'file 4755 usr/bin/appel',
      'hardlink 4755 usr/bin/apple -> usr/bin/appel',
      'symlink 777 usr/bin/pomme -> apple',
      'dir 755 usr/lib',
      'dir 755 usr/lib/fruit',
      'file 644 usr/lib/fruit/core',
      'file 644 usr/lib/quince',
    ])
  })

  it.skipIf(!xz)('does not depend on the order of packages', async () => {
    expect(await tree('quince', 'apple', 'pear')).toEqual(await tree('pear', 'quince', 'apple'))
  })

  it('gives what it makes itself the time of the newest packaged file', () => {
    const root = createRootTree()
    addPackageFiles(root, 'a', [{ path: 'x', kind: 'dir', mode: 0o700, uid: 0, gid: 0, size: 0, mtime: 5n }])
    addPackageFiles(root, 'b', [{ path: 'x', kind: 'dir', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 9n }])
    putDirectory(root, 'made')
    putLink(root, 'link', 'made')
    expect(rootEntries(root).map(({ path, mtime }) => `${path} ${mtime}`)).toEqual(['link 9', 'made 9', 'x 9'])
  })

  it('refuses two packages that ship different files of one name', () => {
    const file = (text: string) =>
      plannedFile({ path: 'f', mode: 0o644, uid: 0, gid: 0, mtime: 1n }, Buffer.from(text), undefined)
    const root = createRootTree()
    addPackageFiles(root, 'a', [file('1')])
    addPackageFiles(root, 'b', [file('1')])
    expect(() => addPackageFiles(root, 'c', [file('2')])).toThrow('/f of c is also in another package')
  })
})
