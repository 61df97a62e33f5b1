import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { digestOf } from '../../core/index.ts'
import { type TreeView } from '../../fileset/index.ts'
import { openDirectory } from './index.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

function paths(view: TreeView, from = ''): readonly string[] {
  return view.names(from).flatMap((name) => {
    const path = from === '' ? name : `${from}/${name}`
    return [path, ...paths(view, path)]
  })
}

it('shows files, directories, links, pipes and hard links as they are', () => {
  const root = temporaryDirectory({ 'd/f': 'hello', g: '' })
  chmodSync(join(root, 'g'), 0o4751)
  symlinkSync('../g', join(root, 'd/l'))
  linkSync(join(root, 'g'), join(root, 'h'))
  execFileSync('mkfifo', [join(root, 'p')])
  lutimesSync(join(root, 'd/f'), 978_307_200, 978_307_200)
  const view = openDirectory(root)
  expect(paths(view)).toEqual(['d', 'd/f', 'd/l', 'g', 'h', 'p'])
  expect(view.node('d/f')).toMatchObject({ kind: 'file', size: 5, mtime: 978_307_200_000_000_000n })
  expect(view.node('d/l')).toMatchObject({ kind: 'symlink', linkname: '../g', mode: 0o777, size: 0 })
  expect(view.node('g')).toMatchObject({ kind: 'file', mode: 0o4751 })
  expect(view.node('g')?.inode).toBeDefined()
  expect(view.node('g')?.inode).toBe(view.node('h')?.inode)
  expect(view.node('d/f')?.inode).toBeUndefined()
  expect(view.node('p')?.kind).toBe('fifo')
  expect(view.node('')?.kind).toBe('dir')
  expect(Buffer.from(view.read('d/f')).toString()).toBe('hello')
  expect(view.origin('d/f')).toEqual({ kind: 'host', path: join(root, 'd/f') })
})

it('does not follow links, not even in the middle of a path', () => {
  const root = temporaryDirectory({ 'd/f': 'x' })
  symlinkSync('d', join(root, 'l'))
  const view = openDirectory(root)
  expect(view.node('l/f')).toBeUndefined()
  expect(view.names('l')).toEqual([])
  expect(view.node('d/f/g')).toBeUndefined()
})

it('opens a root that is a link', () => {
  const root = temporaryDirectory({ 'd/f': 'x' })
  symlinkSync('d', join(root, 'l'))
  expect(paths(openDirectory(join(root, 'l')))).toEqual(['f'])
})

it('drops owners on request', () => {
  const root = temporaryDirectory({ f: 'x' })
  expect(openDirectory(root, { squashOwner: true }).node('f')).toMatchObject({ uid: 0, gid: 0 })
  expect(openDirectory(root).node('f')?.uid).toBe(process.getuid?.())
})

it('keeps names that are not UTF-8 to the byte and sorts by bytes', () => {
  const root = temporaryDirectory({ z: '1' })
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0x80])]), 'raw')
  writeFileSync(join(root, '\u{10000}'), 'astral')
  writeFileSync(join(root, '\uffee'), 'wide')
  const view = openDirectory(root)
  expect(view.names('')).toEqual(['bad\udcff\udc80', 'z', '\uffee', '\u{10000}'])
  expect(Buffer.from(view.read('bad\udcff\udc80')).toString()).toBe('raw')
})

it('leaves out what the patterns ignore', () => {
  const root = temporaryDirectory({
    'a.log': '',
    'sub/a.log': '',
    'sub/b': '',
    '.git/config': '',
    'node_modules/x/i.js': '',
  })
  expect(paths(openDirectory(root, { ignore: ['*.log', '.git', 'node_modules'] }))).toEqual([
    'sub',
    'sub/a.log',
    'sub/b',
  ])
  const view = openDirectory(root, { ignore: ['node_modules'] })
  expect(view.node('node_modules/x/i.js')).toBeUndefined()
  expect(view.names('node_modules')).toEqual([])
})

it('shows an ignored directory only when something in it is brought back', () => {
  const root = temporaryDirectory({
    'docs/README.md': '',
    'docs/in/README.md': '',
    'docs/in/x': '',
    'docs/empty/x': '',
  })
  expect(paths(openDirectory(root, { ignore: ['docs', '!docs/**/README.md'] }))).toEqual([
    'docs',
    'docs/README.md',
    'docs/in',
    'docs/in/README.md',
  ])
  expect(openDirectory(root, { ignore: ['docs', '!docs/other'] }).node('docs')).toBeUndefined()
})

it('never looks into a directory that is ignored as a whole', () => {
  const root = temporaryDirectory({ keep: '' })
  mkdirSync(join(root, 'locked'))
  const view = openDirectory(root, { ignore: ['locked', '!keep'] })
  chmodSync(join(root, 'locked'), 0)
  expect(paths(view)).toEqual(['keep'])
})

it('counts the files that were used and those that could be', () => {
  const root = temporaryDirectory({ a: '12345', 'd/b': '123', 'd/c': '1', 'n/x': 'ignored' })
  const view = openDirectory(root, { ignore: ['n'] })
  view.origin('a')
  view.read('d/b')
  view.origin('a')
  expect(view.usage()).toEqual({ files: 3, bytes: 9, usedFiles: 2, usedBytes: 8 })
})

it('names a directory it may not read', (context) => {
  if (!canDropRoot()) context.skip('root reads everything, and this runner does not let a test change its user')
  const root = temporaryDirectory({ 'secret/f': 'x' })
  chmodSync(join(root, 'secret'), 0)
  chmodSync(root, 0o755)
  const restore = dropRoot()
  try {
    expect(() => paths(openDirectory(root))).toThrow(
      expect.objectContaining({
        code: 'context-unreadable',
        message: `cannot read ${join(root, 'secret')}: permission denied`,
      }),
    )
  } finally {
    restore()
  }
})

/** Root reads everything, so the test gives up its effective user id where the runner lets it. */
function canDropRoot(): boolean {
  try {
    dropRoot()()
    return true
  } catch {
    return false
  }
}

function dropRoot(): () => void {
  if (process.getuid?.() !== 0) return () => undefined
  process.seteuid?.(65_534)
  return () => process.seteuid?.(0)
}

it('has the digest of a file once somebody has told it', () => {
  const view = openDirectory(temporaryDirectory({ f: 'x' }))
  expect(view.node('f')?.digest).toBeUndefined()
  view.setDigest('f', digestOf('x'))
  expect(view.node('f')?.digest).toBe(digestOf('x'))
})
