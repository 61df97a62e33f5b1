import { describe, expect, it } from 'vitest'
import {
  applyEntries,
  type CopyInput,
  type CopyRequirements,
  type MemoryFiles,
  memoryTree,
  type PlannedEntry,
  planCopy,
  selectSources,
  type SelectOptions,
  type TreeView,
} from './index.ts'
import { treeLines } from '../../test/kit/tree-lines.ts'

const link = (linkname: string) => ({ kind: 'symlink', linkname }) as const
const directory = (mode: number, rest: object = {}) => ({ kind: 'dir', mode, ...rest }) as const

interface Step {
  readonly on?: TreeView
  readonly from: TreeView
  readonly sources: readonly string[]
  readonly to: string
  readonly options?: SelectOptions
  readonly flags?: Partial<CopyRequirements>
}

function inputsOf(from: TreeView, sources: readonly string[], options: SelectOptions = {}): readonly CopyInput[] {
  return sources.flatMap((pattern) => {
    const result = selectSources(from, pattern, options)
    if (result.kind !== 'selected') throw new Error(`${pattern}: ${result.kind}`)
    return result.sources.map((source) => ({ kind: 'selected', tree: from, source, contents: true }) as const)
  })
}

function entries({ on = memoryTree({}), from, sources, to, options, flags }: Step): readonly PlannedEntry[] {
  const plan = planCopy(inputsOf(from, sources, options), { dest: on, destination: to, time: 77n, ...flags })
  if (plan.kind !== 'planned') throw new Error(plan.message)
  return plan.entries
}

/** The destination after the step. */
function copied(step: Step): readonly string[] {
  return treeLines(applyEntries(step.on ?? memoryTree({}), entries(step)))
}

function failure(step: Step): string {
  const { on = memoryTree({}), from, sources, to, options, flags } = step
  const plan = planCopy(inputsOf(from, sources, options), { dest: on, destination: to, time: 77n, ...flags })
  return plan.kind === 'failed' ? plan.message : 'planned'
}

const context = memoryTree({
  '.hidden': 'h',
  'a.txt': 'a',
  'b.txt': 'b',
  'dir/x.txt': 'x',
  'dir/sub/y.txt': 'y',
  'dir2/z.txt': 'z',
})

describe('the destination', () => {
  it('without a slash is the name of the file', () => {
    expect(copied({ from: context, sources: ['a.txt'], to: '/f' })).toEqual(['f file 644 0:0 a'])
  })

  it('with a slash is a directory, made with its parents', () => {
    expect(copied({ from: context, sources: ['a.txt'], to: '/p/q/' })).toEqual([
      'p dir 755 0:0',
      'p/q dir 755 0:0',
      'p/q/a.txt file 644 0:0 a',
    ])
  })

  it('that ends in /. is a directory', () => {
    expect(copied({ from: context, sources: ['a.txt'], to: '/p/.' })).toContain('p/a.txt file 644 0:0 a')
  })

  it('that is an existing directory receives the file by name', () => {
    const on = memoryTree({ 'dst/keep': 'old', dst: directory(0o700, { uid: 5 }) })
    expect(copied({ on, from: context, sources: ['a.txt'], to: '/dst' })).toEqual([
      'dst dir 700 5:0',
      'dst/a.txt file 644 0:0 a',
      'dst/keep file 644 0:0 old',
    ])
  })

  it('receives the contents of a directory, not the directory', () => {
    expect(copied({ from: context, sources: ['dir'], to: '/w/x' })).toEqual([
      'w dir 755 0:0',
      'w/x dir 755 0:0',
      'w/x/sub dir 755 0:0',
      'w/x/sub/y.txt file 644 0:0 y',
      'w/x/x.txt file 644 0:0 x',
    ])
  })

  it('of several sources without a slash is overwritten by each', () => {
    expect(copied({ from: context, sources: ['a.txt', 'b.txt'], to: '/f' })).toEqual(['f file 644 0:0 b'])
  })

  it('of several sources with a slash receives them all', () => {
    const lines = copied({ from: context, sources: ['dir', 'dir2', 'a.txt'], to: '/d/' })
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'd',
      'd/a.txt',
      'd/sub',
      'd/sub/y.txt',
      'd/x.txt',
      'd/z.txt',
    ])
  })

  it('is left alone by a wildcard that matches nothing', () => {
    expect(entries({ from: context, sources: ['no-*'], to: '/x/' })).toEqual([])
  })

  it('may lead through links, which stay inside the root', () => {
    const on = memoryTree({ 'usr/lib/old': 'o', lib: link('usr/lib'), up: link('../../../usr') })
    expect(copied({ on, from: context, sources: ['dir2'], to: '/lib' })).toContain('usr/lib/z.txt file 644 0:0 z')
    expect(copied({ on, from: context, sources: ['a.txt'], to: '/up/new/' })).toContain('usr/new/a.txt file 644 0:0 a')
    expect(entries({ on, from: context, sources: ['dir2'], to: '/lib' }).some(({ path }) => path === 'lib')).toBe(false)
  })

  it('that is a link to a file replaces that file, that is a dead link makes its target', () => {
    const on = memoryTree({ file: 'old', lnk: link('/file'), dead: link('nowhere') })
    expect(copied({ on, from: context, sources: ['a.txt'], to: '/lnk' })).toContain('file file 644 0:0 a')
    expect(copied({ on, from: context, sources: ['b.txt'], to: '/dead' })).toContain('nowhere file 644 0:0 b')
  })

  it('that is a link in a directory is replaced when a file of that name arrives', () => {
    const on = memoryTree({ 'd/a.txt': link('/elsewhere'), elsewhere: 'keep' })
    const lines = copied({ on, from: context, sources: ['a.txt'], to: '/d/' })
    expect(lines).toContain('d/a.txt file 644 0:0 a')
    expect(lines).toContain('elsewhere file 644 0:0 keep')
  })

  it('below a file is refused', () => {
    expect(failure({ on: memoryTree({ f: 'x' }), from: context, sources: ['a.txt'], to: '/f/g/' })).toBe(
      '/f is not a directory',
    )
  })

  it('behind a loop of links is refused', () => {
    const on = memoryTree({ a: link('b'), b: link('a') })
    expect(failure({ on, from: context, sources: ['a.txt'], to: '/a/x' })).toContain(
      'too many levels of symbolic links',
    )
  })

  it('lists existing parents with the metadata they have', () => {
    const on = memoryTree({
      'srv/app/old': 'o',
      srv: directory(0o711, { gid: 9, mtime: 5n }),
      'srv/app': directory(0o2775, { uid: 8 }),
    })
    expect(entries({ on, from: context, sources: ['a.txt'], to: '/srv/app/' })).toMatchObject([
      { path: 'srv', kind: 'dir', mode: 0o711, gid: 9, mtime: 5n },
      { path: 'srv/app', kind: 'dir', mode: 0o2775, uid: 8 },
      { path: 'srv/app/a.txt', kind: 'file' },
    ])
  })
})

describe('merging', () => {
  const source = memoryTree({
    'd/sub/f': 'new',
    'd/sub': directory(0o700, { uid: 3, gid: 4, mtime: 40n }),
    d: directory(0o711, { uid: 1, mtime: 30n }),
  })

  it('keeps the metadata of the topmost directory but for its time, and gives nested ones those of the source', () => {
    const on = memoryTree({ 'd/sub/old': 'o', 'd/sub': directory(0o755), d: directory(0o750, { uid: 9, mtime: 1n }) })
    const made = entries({ on, from: source, sources: ['d'], to: '/d' })
    expect(made).toMatchObject([
      { path: 'd', mode: 0o750, uid: 9, mtime: 30n },
      { path: 'd/sub', mode: 0o700, uid: 3, gid: 4, mtime: 40n },
      { path: 'd/sub/f', kind: 'file' },
    ])
    expect(treeLines(applyEntries(on, made))).toContain('d/sub/old file 644 0:0 o')
  })

  it('makes the directory for a directory source 0755 of root, with the time of the source', () => {
    expect(entries({ from: source, sources: ['d'], to: '/new' })[0]).toMatchObject({
      path: 'new',
      mode: 0o755,
      uid: 0,
      mtime: 30n,
    })
  })

  it('refuses a directory over a file and a file over a directory', () => {
    expect(failure({ on: memoryTree({ 'd/sub': 'file' }), from: source, sources: ['d'], to: '/d' })).toContain(
      '/d/sub, which is a file',
    )
    expect(failure({ on: memoryTree({ d: 'file' }), from: source, sources: ['d'], to: '/d' })).toContain('/d')
    expect(failure({ on: memoryTree({ 'd/sub/f/deep': 'x' }), from: source, sources: ['d'], to: '/d' })).toContain(
      'directory /d/sub/f by a file',
    )
  })

  it('refuses a directory over a link to a directory below the destination', () => {
    const on = memoryTree({ 'd/sub': link('/real'), 'real/x': 'x' })
    expect(failure({ on, from: source, sources: ['d'], to: '/d' })).toContain('which is a symbolic link')
  })
})

describe('what is copied', () => {
  const stage = memoryTree({
    'o/f': {
      content: 'x',
      mode: 0o4711,
      uid: 12,
      gid: 34,
      mtime: 978_307_200_000_000_001n,
      xattrs: { 'security.capability': new Uint8Array([1]) },
    },
    'o/fifo': { kind: 'fifo', mode: 0o600 },
    'o/null': { kind: 'char', mode: 0o666, devMajor: 1, devMinor: 3 },
    'o/socket': { kind: 'socket', mode: 0o755 },
    'o/link': link('../outside'),
    top: link('o/f'),
  })

  it('keeps owners, modes, times and attributes of the tree it comes from', () => {
    const [file] = entries({ from: stage, sources: ['/o/f'], to: '/f' })
    expect(file).toMatchObject({ mode: 0o4711, uid: 12, gid: 34, mtime: 978_307_200_000_000_001n })
    expect(file?.xattrs).toEqual({ 'security.capability': new Uint8Array([1]) })
  })

  it('keeps links inside a directory and follows the one that is named', () => {
    const lines = copied({ from: stage, sources: ['o'], to: '/d' })
    expect(lines).toContain('d/link symlink 777 0:0 ../outside')
    expect(copied({ from: stage, sources: ['top'], to: '/d/' })).toContain('d/top file 4711 12:34 x')
  })

  it('keeps pipes and devices and makes sockets empty files', () => {
    const made = entries({ from: stage, sources: ['o'], to: '/d' })
    const byPath = new Map(made.map((entry) => [entry.path, entry]))
    expect(byPath.get('d/fifo')).toMatchObject({ kind: 'fifo', mode: 0o600 })
    expect(byPath.get('d/null')).toMatchObject({ kind: 'char', devMajor: 1, devMinor: 3 })
    expect(byPath.get('d/socket')).toMatchObject({ kind: 'file', size: 0, mode: 0o755, from: { kind: 'inline' } })
  })

  it('keeps hard links within one source, the first path being the file', () => {
    const from = memoryTree({
      'd/b': { content: 'h', inode: '1' },
      'd/a': { content: 'h', inode: '1' },
      'd/e/c': { content: 'h', inode: '1' },
    })
    expect(entries({ from, sources: ['d'], to: '/d' })).toMatchObject([
      { path: 'd', kind: 'dir' },
      { path: 'd/a', kind: 'file', size: 1 },
      { path: 'd/b', kind: 'hardlink', linkname: 'd/a', size: 0 },
      { path: 'd/e', kind: 'dir' },
      { path: 'd/e/c', kind: 'hardlink', linkname: 'd/a', size: 0 },
    ])
  })

  it('does not link files of different sources, nor to a file that a later source replaced', () => {
    const from = memoryTree({ 'd/a': { content: 'h', inode: '1' }, 'd/b': { content: 'h', inode: '1' }, a: 'other' })
    expect(entries({ from, sources: ['d/a', 'd/b'], to: '/x/' }).map(({ kind }) => kind)).toEqual([
      'dir',
      'file',
      'file',
    ])
    expect(copied({ from, sources: ['d', 'a'], to: '/x/' })).toEqual([
      'x dir 755 0:0',
      'x/a file 644 0:0 other',
      'x/b file 644 0:0 h',
    ])
  })
})

describe('--chown', () => {
  const on = memoryTree({ 'etc/passwd': 'web:x:33:44::/:\n', 'old/f': 'f' })

  it('owns what is copied and what is made on the way, not what exists', () => {
    const lines = copied({ on, from: context, sources: ['dir'], to: '/old/new/deep', flags: { chown: 'web' } })
    expect(lines).toContain('old dir 755 0:0')
    expect(lines).toContain('old/new dir 755 33:44')
    expect(lines).toContain('old/new/deep/sub/y.txt file 644 33:44 y')
  })

  it('with a name fails on an empty root', () => {
    expect(failure({ from: context, sources: ['a.txt'], to: '/f', flags: { chown: 'web' } })).toContain(
      'cannot look up "web"',
    )
    expect(copied({ from: context, sources: ['a.txt'], to: '/f', flags: { chown: '5:6' } })).toEqual([
      'f file 644 5:6 a',
    ])
  })
})

describe('a directory with the set-group-id bit', () => {
  const on = memoryTree({ g: directory(0o2775, { gid: 50 }) })

  it('hands bit and group on to the directories that are made in it, and not to what is copied', () => {
    expect(copied({ on, from: context, sources: ['dir'], to: '/g/p/t' })).toEqual([
      'g dir 2775 0:50',
      'g/p dir 2755 0:50',
      'g/p/t dir 2755 0:50',
      'g/p/t/sub dir 755 0:0',
      'g/p/t/sub/y.txt file 644 0:0 y',
      'g/p/t/x.txt file 644 0:0 x',
    ])
  })

  it('hands on the bit alone with --chown', () => {
    const flags = { chown: '7' }
    expect(copied({ on, from: context, sources: ['a.txt'], to: '/g/p/', flags })).toContain('g/p dir 2755 7:7')
  })
})

describe('--chmod', () => {
  it('in octal applies to files, directories and the parents it makes, but for special bits and write permissions', () => {
    expect(copied({ from: context, sources: ['dir'], to: '/p/q/t', flags: { chmod: '1777' } })).toEqual([
      'p dir 755 0:0',
      'p/q dir 755 0:0',
      'p/q/t dir 755 0:0',
      'p/q/t/sub dir 1777 0:0',
      'p/q/t/sub/y.txt file 1777 0:0 y',
      'p/q/t/x.txt file 1777 0:0 x',
    ])
    expect(copied({ from: context, sources: ['a.txt'], to: '/new/f', flags: { chmod: '644' } })[0]).toBe(
      'new dir 644 0:0',
    )
  })

  it('in symbols edits the bits of the source and leaves the parents 0755', () => {
    const from = memoryTree({ 'd/s': directory(0o700), 'd/f': { content: 'f', mode: 0o640 }, 'd/l': link('f') })
    expect(copied({ from, sources: ['d'], to: '/p/t', flags: { chmod: 'a+X' } })).toEqual([
      'p dir 755 0:0',
      'p/t dir 755 0:0',
      'p/t/f file 640 0:0 f',
      'p/t/l symlink 777 0:0 f',
      'p/t/s dir 711 0:0',
    ])
  })

  it('is refused when malformed', () => {
    expect(failure({ from: context, sources: ['a.txt'], to: '/f', flags: { chmod: '999' } })).toContain(
      'invalid --chmod value "999"',
    )
  })
})

describe('--parents', () => {
  const from = memoryTree({
    'o/d/e/f': 'f',
    'o/d': directory(0o700, { uid: 3, gid: 4 }),
    o: directory(0o711),
    'o/g': 'g',
  })

  it('keeps the path below the destination, with the metadata of the source directories', () => {
    expect(copied({ from, sources: ['/o/d/e'], to: '/', options: { parents: true } })).toEqual([
      'o dir 711 0:0',
      'o/d dir 700 3:4',
      'o/d/e dir 755 0:0',
      'o/d/e/f file 644 0:0 f',
    ])
  })

  it('cuts the path at the pivot', () => {
    expect(
      copied({ from, sources: ['o/./d/e/f'], to: '/p/', options: { parents: true } }).map((line) => line.split(' ')[0]),
    ).toEqual(['p', 'p/d', 'p/d/e', 'p/d/e/f'])
  })

  it('makes only the destination when a wildcard matches nothing', () => {
    expect(copied({ from, sources: ['o/*.none'], to: '/p/', options: { parents: true } })).toEqual(['p dir 755 0:0'])
  })
})

describe('heredocs', () => {
  const inline: CopyInput = { kind: 'inline', name: 'EOF', content: 'text\n' }

  it('are files 0644 of root with the time of the step', () => {
    const plan = planCopy([inline], { dest: memoryTree({}), destination: '/d/', time: 77n })
    expect(plan).toMatchObject({
      entries: [{ path: 'd' }, { path: 'd/EOF', mode: 0o644, uid: 0, mtime: 77n, size: 5 }],
    })
  })

  it('obey --chown and --chmod and take their place among the sources', () => {
    const inputs = [...inputsOf(context, ['a.txt']), inline]
    const plan = planCopy(inputs, { dest: memoryTree({}), destination: '/f', chown: '1:2', chmod: '600', time: 0n })
    expect(plan).toMatchObject({ entries: [{ path: 'f', mode: 0o600, uid: 1, gid: 2, size: 5 }] })
  })
})

describe('ADD of a repository', () => {
  it('copies the root by its contents into an existing directory and as the directory where there is none', () => {
    const repository = memoryTree({ 'src/main.c': 'm', '': directory(0o755, { mtime: 9n }) } satisfies MemoryFiles)
    const [source] = inputsOf(repository, ['/'])
    const inputs = [{ ...source, contents: false } as CopyInput]
    const made = planCopy(inputs, { dest: memoryTree({ 'w/old': 'o' }), destination: '/w', time: 1n })
    expect(made).toMatchObject({ entries: [{ path: 'w' }, { path: 'w/src' }, { path: 'w/src/main.c' }] })
    const fresh = planCopy(inputs, { dest: memoryTree({}), destination: '/new', time: 1n })
    expect(fresh).toMatchObject({
      entries: [{ path: 'new', mtime: 9n }, { path: 'new/src' }, { path: 'new/src/main.c' }],
    })
  })
})
