import { describe, expect, it } from 'vitest'
import { applyEntries, memoryTree, planMkdir, type TreeView } from './index.ts'
import { treeLines } from '../../test/kit/tree-lines.ts'

function made(on: TreeView, path: string, user = ''): readonly string[] {
  const plan = planMkdir(on, path, { user, time: 7n })
  return plan.kind === 'failed' ? [plan.message] : treeLines(applyEntries(on, plan.entries))
}

describe('WORKDIR', () => {
  it('makes missing directories 0755, owned by the user, parents too', () => {
    const on = memoryTree({ 'etc/passwd': 'daemon:x:1:2::/:\n', 'srv/f': 'f' })
    expect(made(on, '/srv/by/daemon', 'daemon')).toEqual(
      expect.arrayContaining(['srv dir 755 0:0', 'srv/by dir 755 1:2', 'srv/by/daemon dir 755 1:2']),
    )
    expect(made(memoryTree({}), '/a/b', '5:6')).toEqual(['a dir 755 5:6', 'a/b dir 755 5:6'])
  })

  it('leaves an existing directory alone, also behind a link', () => {
    const on = memoryTree({ w: { kind: 'dir', mode: 0o711, uid: 5 }, lnk: { kind: 'symlink', linkname: '/w' } })
    expect(planMkdir(on, '/w', { user: '9', time: 7n })).toEqual({ kind: 'planned', entries: [] })
    expect(planMkdir(on, '/lnk/', { user: '9', time: 7n })).toEqual({ kind: 'planned', entries: [] })
    expect(planMkdir(on, '/', { user: '', time: 7n })).toEqual({ kind: 'planned', entries: [] })
  })

  it('follows links and makes what a dead one points to', () => {
    const on = memoryTree({
      'real/f': 'f',
      lnk: { kind: 'symlink', linkname: '/real' },
      dead: { kind: 'symlink', linkname: 'later' },
    })
    expect(made(on, '/lnk/sub')).toContain('real/sub dir 755 0:0')
    expect(made(on, '/dead/sub')).toContain('later/sub dir 755 0:0')
  })

  it('hands the set-group-id bit of a directory on to those it makes in it, and its group unless there is a user', () => {
    const on = memoryTree({ g: { kind: 'dir', mode: 0o2775, uid: 5, gid: 50 } })
    expect(made(on, '/g/a/b')).toEqual(['g dir 2775 5:50', 'g/a dir 2755 0:50', 'g/a/b dir 2755 0:50'])
    expect(made(on, '/g/a', '7:8')).toContain('g/a dir 2755 7:8')
  })

  it('refuses a path through a file and a name in an empty tree', () => {
    expect(made(memoryTree({ f: 'x' }), '/f/g')).toEqual(['/f is not a directory'])
    expect(made(memoryTree({ f: 'x' }), '/f')).toEqual(['/f is not a directory'])
    expect(made(memoryTree({}), '/w', 'web')).toEqual(['cannot look up the user "web": the root file system is empty'])
  })
})
