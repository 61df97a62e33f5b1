import { describe, expect, it } from 'vitest'
import { memoryTree, selectSources, type SelectOptions, sourceItems, type TreeView } from './index.ts'

const link = (linkname: string) => ({ kind: 'symlink', linkname }) as const
const tree = memoryTree({
  '.hidden': 'h',
  'a.txt': 'a',
  'b.txt': 'b',
  'c.md': 'c',
  'dir/x.txt': 'x',
  'dir/sub/y.txt': 'y',
  'dir2/z.txt': 'z',
  'lnk.txt': link('dir/x.txt'),
  dirlink: link('/dir'),
  escape: link('../../../etc/hostname'),
  'odd[1].txt': 'o',
  'back\\slash': 's',
  loop: link('loop'),
})

/** The names that are selected, with what lies below directories; `name -> path` where a link was followed. */
function selected(view: TreeView, pattern: string, options: SelectOptions = {}): unknown {
  const result = selectSources(view, pattern, options)
  if (result.kind !== 'selected') return result
  return result.sources.flatMap(({ name, path, filter }) =>
    sourceItems(view, path, filter).map((item) => {
      const below = item.relative === '' ? '' : `/${item.relative}`
      return `${name === path ? name : `${name}->${path}`}${below}${item.implied ? '?' : ''}`
    }),
  )
}

describe('a plain source', () => {
  it.each([
    ['a.txt', ['a.txt']],
    ['/a.txt', ['a.txt']],
    ['../../a.txt', ['a.txt']],
    ['./dir/../a.txt', ['a.txt']],
    ['dir/sub/', ['dir/sub', 'dir/sub/y.txt']],
    ['dir', ['dir', 'dir/sub', 'dir/sub/y.txt', 'dir/x.txt']],
    ['lnk.txt', ['lnk.txt->dir/x.txt']],
    ['dirlink/x.txt', ['dirlink/x.txt->dir/x.txt']],
    ['dirlink', ['dirlink->dir', 'dirlink->dir/sub', 'dirlink->dir/sub/y.txt', 'dirlink->dir/x.txt']],
    ['odd\\[1].txt', ['odd[1].txt']],
    ['back\\slash', ['back\\slash']],
  ])('%s selects %j', (pattern, expected) => {
    expect(selected(tree, pattern)).toEqual(expected)
  })

  it('is the whole tree for a dot', () => {
    expect(selected(tree, '.')).toContain('/dir/sub/y.txt')
  })

  it('that is missing names what may have been meant', () => {
    expect(selected(tree, 'a.tx')).toEqual({ kind: 'missing', path: 'a.tx', near: ['a.txt'] })
    expect(selected(tree, 'dirr/x.txt')).toEqual({ kind: 'missing', path: 'dirr/x.txt', near: ['dir/x.txt'] })
    expect(selected(tree, 'src/y.txt')).toEqual({ kind: 'missing', path: 'src/y.txt', near: ['dir/sub/y.txt'] })
    expect(selected(tree, 'zzzzzzzzzz')).toEqual({ kind: 'missing', path: 'zzzzzzzzzz', near: [] })
    const dead = memoryTree({ dead: { kind: 'symlink', linkname: 'gone' } })
    expect(selected(dead, 'dead')).toEqual({ kind: 'missing', path: 'dead', near: [] })
  })

  it('that links out of the tree is missing, not a file of the machine', () => {
    expect(selected(tree, 'escape')).toMatchObject({ kind: 'missing' })
  })

  it('that links to itself is a loop', () => {
    expect(selected(tree, 'loop')).toEqual({ kind: 'link-loop', path: 'loop' })
  })
})

describe('a wildcard source', () => {
  it.each([
    ['*.txt', ['a.txt', 'b.txt', 'lnk.txt->dir/x.txt', 'odd[1].txt']],
    ['*.md', ['c.md']],
    ['.h*', ['.hidden']],
    ['?.txt', ['a.txt', 'b.txt']],
    ['[ab].txt', ['a.txt', 'b.txt']],
    ['*/*.txt', ['dir/x.txt', 'dir2/z.txt']],
    ['di?/su*', ['dir/sub', 'dir/sub/y.txt']],
    ['dirlink/*.txt', ['dir/x.txt']],
    ['**/y.txt', []],
    ['no-such-*', []],
    ['a.txt/*', []],
    ['odd[[]1].txt', ['odd[1].txt']],
  ])('%s selects %j', (pattern, expected) => {
    expect(selected(tree, pattern)).toEqual(expected)
  })

  it('starts with the dot files', () => {
    expect(selected(memoryTree({ '.hidden': 'h', a: 'a' }), '*')).toEqual(['.hidden', 'a'])
  })

  it('in a missing directory is missing', () => {
    expect(selected(tree, 'dri/*.txt')).toEqual({ kind: 'missing', path: 'dri', near: ['dir'] })
  })

  it('that meets a dead link is missing', () => {
    expect(selected(tree, 'esc*')).toMatchObject({ kind: 'missing', path: 'escape' })
  })

  it('that is malformed is refused', () => {
    expect(selected(tree, 'a[')).toEqual({ kind: 'bad-pattern', pattern: 'a[' })
  })

  it('is a plain name for a bind mount', () => {
    expect(selected(tree, '*.txt', { literal: true })).toMatchObject({ kind: 'missing', path: '*.txt' })
    expect(selected(tree, 'odd[1].txt', { literal: true })).toEqual(['odd[1].txt'])
  })
})

const nested = memoryTree({
  'a.txt': 'a',
  'b.txt': 'b',
  'w/a.txt': 'wa',
  'x/a.txt': 'xa',
  'x/y/a.txt': 'xya',
  'x/y/b.md': 'xyb',
  'x/z/c.txt': 'xzc',
  'to-x': link('x'),
})

describe('--exclude', () => {
  it.each([
    ['x', ['y'], ['x', 'x/a.txt', 'x/z', 'x/z/c.txt']],
    ['x', ['**/*.txt'], ['x', 'x/y', 'x/y/b.md', 'x/z']],
    ['x', ['*', '!z'], ['x', 'x/z', 'x/z/c.txt']],
    ['x', ['y', '!y/b.md'], ['x', 'x/a.txt', 'x/y?', 'x/y/b.md', 'x/z', 'x/z/c.txt']],
    ['*.txt', ['a.txt'], ['a.txt', 'b.txt']],
    ['[wx]', ['a.txt'], ['w', 'x', 'x/y', 'x/y/a.txt', 'x/y/b.md', 'x/z', 'x/z/c.txt']],
  ])('of %s by %j leaves %j', (pattern, exclude, expected) => {
    expect(selected(nested, pattern, { exclude })).toEqual(expected)
  })

  it('refuses a malformed pattern', () => {
    expect(selected(nested, 'x', { exclude: ['[-'] })).toEqual({ kind: 'bad-pattern', pattern: '[-' })
  })
})

describe('--parents', () => {
  it.each([
    ['x/a.txt', ['', '/x?', '/x/a.txt']],
    ['./x/y/a.txt', ['', '/x?', '/x/y?', '/x/y/a.txt']],
    ['x/y', ['', '/x?', '/x/y', '/x/y/a.txt', '/x/y/b.md']],
    ['**/a.txt', ['', '/a.txt', '/w?', '/w/a.txt', '/x?', '/x/a.txt', '/x/y?', '/x/y/a.txt']],
    ['x/*/a.txt', ['', '/x?', '/x/y?', '/x/y/a.txt']],
    ['./x/./y/*.txt', ['x', 'x/y?', 'x/y/a.txt']],
    ['x/y/./b.md', ['x/y', 'x/y/b.md']],
    ['x/./y/./b.md', ['x', 'x/y?', 'x/y/b.md']],
    ['to-x/./a.txt', ['to-x->x', 'to-x->x/a.txt']],
    ['x/./../w/a.txt', { kind: 'missing', path: 'x/w/a.txt', near: ['w/a.txt'] }],
    ['none/*.txt', ['']],
  ])('%s selects %j', (pattern, expected) => {
    const result = selected(nested, pattern, { parents: true })
    if (Array.isArray(expected)) expect(result).toEqual(expected)
    else expect(result).toMatchObject({ kind: expected.kind, path: expected.path })
  })

  it('of a dot is the whole tree', () => {
    expect(selected(nested, '.', { parents: true })).toContain('/x/y/b.md')
    expect(selected(nested, 'x/./', { parents: true })).toContain('x/y/b.md')
  })

  it('misses a plain path that is not there, also behind a link', () => {
    expect(selected(nested, 'x/b.txt', { parents: true })).toMatchObject({ kind: 'missing', path: 'x/b.txt' })
    expect(selected(nested, 'to-x/a.txt', { parents: true })).toMatchObject({ kind: 'missing', path: 'to-x/a.txt' })
  })

  it('does not list directories that its pattern cannot reach', () => {
    const listed: string[] = []
    const watched = { ...nested, names: (path: string) => (listed.push(path), nested.names(path)) }
    selected(watched, 'x/y/*.md', { parents: true })
    expect(listed).not.toContain('w')
    expect(listed).not.toContain('x/z')
  })
})
