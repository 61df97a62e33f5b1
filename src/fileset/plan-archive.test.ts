import { describe, expect, it } from 'vitest'
import { applyEntries, memoryTree, type PlannedEntry, planCopy, type TreeView } from './index.ts'
import { treeLines } from '../../test/kit/tree-lines.ts'

const base = { mode: 0o644, uid: 11, gid: 12, size: 0, mtime: 3n } as const
const file = (path: string, text: string): PlannedEntry => ({
  ...base,
  path,
  kind: 'file',
  size: text.length,
  from: { kind: 'inline', data: Buffer.from(text) },
})
const dir = (path: string, mode = 0o750): PlannedEntry => ({ ...base, path, kind: 'dir', mode })
const symlink = (path: string, linkname: string): PlannedEntry => ({
  ...base,
  path,
  kind: 'symlink',
  mode: 0o777,
  linkname,
})
const hardlink = (path: string, linkname: string): PlannedEntry => ({ ...base, path, kind: 'hardlink', linkname })

interface Unpack {
  readonly on?: TreeView
  readonly chown?: string
  readonly to?: string
}

function plan(entries: readonly PlannedEntry[], { on = memoryTree({}), chown, to = '/x' }: Unpack = {}) {
  return planCopy([{ kind: 'archive', entries }], {
    dest: on,
    destination: to,
    time: 77n,
    ...(chown === undefined ? {} : { chown }),
  })
}

function unpacked(entries: readonly PlannedEntry[], options: Unpack = {}): readonly string[] {
  const result = plan(entries, options)
  if (result.kind === 'failed') return [result.message]
  return treeLines(applyEntries(options.on ?? memoryTree({}), result.entries))
}

describe('ADD of an archive', () => {
  it('unpacks into the destination directory with the owners of the archive', () => {
    expect(unpacked([dir('top'), file('top/f', 'in tar')], { to: '/x/y' })).toEqual([
      'x dir 755 0:0',
      'x/y dir 755 0:0',
      'x/y/top dir 750 11:12',
      'x/y/top/f file 644 11:12 in tar',
    ])
  })

  it('gives everything to --chown', () => {
    expect(unpacked([file('f', 'a')], { chown: '5:6' })).toEqual(['x dir 755 5:6', 'x/f file 644 5:6 a'])
  })

  it('makes parents that the archive leaves out, 0755 of root', () => {
    expect(unpacked([file('a/b/f', 'a')])).toContain('x/a/b dir 755 0:0')
  })

  it('merges directories, taking the metadata of the archive, and replaces files', () => {
    const on = memoryTree({ 'x/top/f': 'old', 'x/top/stays': 's', 'x/top': { kind: 'dir', mode: 0o755, uid: 5 } })
    expect(unpacked([dir('top'), file('top/f', 'new')], { on })).toEqual([
      'x dir 755 0:0',
      'x/top dir 750 11:12',
      'x/top/f file 644 11:12 new',
      'x/top/stays file 644 0:0 s',
    ])
  })

  it('replaces a directory by a file, a link by a directory, and a directory it replaced itself', () => {
    const on = memoryTree({ 'x/d/deep': 'old', 'x/l': { kind: 'symlink', linkname: '/other' }, 'other/f': 'o' })
    const lines = unpacked([file('d', 'now a file'), dir('l'), file('l/f', 'in l')], { on })
    expect(lines).toContain('x/d file 644 11:12 now a file')
    expect(lines).toContain('x/l/f file 644 11:12 in l')
    expect(lines).toContain('other/f file 644 0:0 o')
    const twice = unpacked([file('d', 'file'), dir('d'), file('d/new', 'n')], { on: memoryTree({ 'x/d/deep': 'old' }) })
    expect(twice).toEqual(['x dir 755 0:0', 'x/d dir 750 11:12', 'x/d/new file 644 11:12 n'])
  })

  it('follows links in directories without leaving the destination', () => {
    const on = memoryTree({
      'x/lib': { kind: 'symlink', linkname: 'usr/lib' },
      'x/usr/lib/old': 'o',
      'etc/passwd': 'p',
    })
    expect(unpacked([file('lib/new', 'n')], { on })).toContain('x/usr/lib/new file 644 11:12 n')
    const absolute = unpacked([symlink('abs', '/etc'), file('abs/passwd', 'evil')], { on })
    expect(absolute).toContain('etc/passwd file 644 0:0 p')
    expect(absolute).toContain('x/etc/passwd file 644 11:12 evil')
    const sideways = [dir('b'), dir('c'), symlink('c/a', '../b'), file('c/a/f', 'n')]
    expect(unpacked(sideways, { on })).toContain('x/b/f file 644 11:12 n')
  })

  it.each(['', 'x'])('refuses to write through a relative link that leads out of /%s', (to) => {
    const message = 'the archive entry "out/passwd" leads out of the destination'
    expect(unpacked([symlink('out', '..'), file('out/passwd', 'evil')], { to: `/${to}` })).toEqual([message])
    const on = memoryTree({ [`${to}/out`]: { kind: 'symlink', linkname: 'a/../../etc' }, 'etc/passwd': 'p' })
    expect(unpacked([file('out/passwd', 'evil')], { on, to: `/${to}` })).toEqual([message])
    expect(unpacked([symlink('out', '../../etc/passwd')], { to: `/${to}` }).at(-1)).toMatch(/out symlink/)
  })

  it('refuses names that climb out', () => {
    expect(unpacked([file('../f', 'x')])).toEqual(['the archive entry "../f" leads out of the destination'])
  })

  it('links hard links to archive files and to files that were there', () => {
    const result = plan([file('a', 'hello'), hardlink('b', 'a'), hardlink('c', 'there')], {
      on: memoryTree({ 'x/there': 't' }),
    })
    expect(result).toMatchObject({
      entries: [
        { path: 'x' },
        { path: 'x/a', kind: 'file' },
        { path: 'x/b', kind: 'hardlink', linkname: 'x/a' },
        { path: 'x/c', kind: 'file', size: 1 },
        { path: 'x/there', kind: 'hardlink', linkname: 'x/c' },
      ],
    })
    expect(unpacked([hardlink('b', 'none')])[0]).toContain('hard link "b"')
  })

  it('takes whiteout names for files', () => {
    expect(unpacked([{ ...base, path: 'd/gone', kind: 'whiteout' }])).toContain('x/d/.wh.gone file 644 11:12')
  })

  it('follows a link that is the destination', () => {
    const on = memoryTree({ lnk: { kind: 'symlink', linkname: '/real/dir' }, 'real/dir/f': 'f' })
    expect(unpacked([file('g', 'g')], { on, to: '/lnk/' })).toContain('real/dir/g file 644 11:12 g')
  })
})
