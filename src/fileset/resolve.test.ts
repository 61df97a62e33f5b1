import { describe, expect, it } from 'vitest'
import { memoryTree, resolveInRoot } from './index.ts'

const link = (linkname: string) => ({ kind: 'symlink', linkname }) as const
const tree = memoryTree({
  'real/dir/file': 'x',
  abs: link('/real'),
  rel: link('real/dir'),
  'real/dir/up': link('../../abs/dir/file'),
  out: link('../../../../etc/passwd'),
  dead: link('nowhere/at/all'),
  root: link('/'),
  a: link('b'),
  b: link('a'),
  slash: link('real/'),
})

describe('resolving a path inside a root', () => {
  it.each([
    ['real/dir/file', 'real/dir/file'],
    ['/real//dir/./file', 'real/dir/file'],
    ['abs/dir/file', 'real/dir/file'],
    ['rel', 'real/dir'],
    ['rel/up', 'real/dir/file'],
    ['rel/..', 'real'],
    ['../../real', 'real'],
    ['out', 'etc/passwd'],
    ['dead', 'nowhere/at/all'],
    ['dead/more', 'nowhere/at/all/more'],
    ['root/real', 'real'],
    ['root', ''],
    ['', ''],
    ['slash/dir', 'real/dir'],
    ['new/file', 'new/file'],
    ['new/../real', 'real'],
  ])('takes %j to %j', (path, expected) => {
    expect(resolveInRoot(tree, path)).toBe(expected)
  })

  it('leaves a link in the last element alone when asked to', () => {
    expect(resolveInRoot(tree, 'abs', { followLast: false })).toBe('abs')
    expect(resolveInRoot(tree, 'abs/', { followLast: false })).toBe('abs')
    expect(resolveInRoot(tree, 'abs/dir', { followLast: false })).toBe('real/dir')
  })

  it('reports a loop instead of running for ever', () => {
    expect(resolveInRoot(tree, 'a/x')).toEqual({ kind: 'link-loop', path: 'a/x' })
  })

  it('follows 255 links and refuses the 256th', () => {
    const chain = Object.fromEntries(Array.from({ length: 256 }, (_, step) => [`l${step}`, link(`l${step + 1}`)]))
    const view = memoryTree({ ...chain, l256: 'end' })
    expect(resolveInRoot(view, 'l1')).toBe('l256')
    expect(resolveInRoot(view, 'l0')).toEqual({ kind: 'link-loop', path: 'l0' })
  })
})
