import { describe, expect, it } from 'vitest'
import { lookupOwner, memoryTree } from './index.ts'

const tree = memoryTree({
  'etc/passwd': 'root:x:0:0::/root:/bin/sh\ndaemon:x:1:2:d:/:/bin/false\n# comment\nbroken\nweb:x:33:33::/:\n',
  'usr/group': 'root:x:0:\nmail:x:8:a,b\n',
  'etc/group': { kind: 'symlink', linkname: '/usr/group' },
})

describe('--chown', () => {
  it.each([
    ['daemon', 1, 2],
    ['daemon:mail', 1, 8],
    ['daemon:99', 1, 99],
    ['1234', 1234, 1234],
    ['1234:4321', 1234, 4321],
    ['1234:mail', 1234, 8],
    [':mail', 0, 8],
    [':5', 0, 5],
    ['0:0', 0, 0],
    ['nosuchuser', 0, 0],
    ['nosuchuser:mail', 0, 8],
    ['daemon:nosuchgroup', 1, 2],
    ['1234:nosuchgroup', 1234, 1234],
    ['broken', 0, 0],
    ['1234:', 1234, 0],
    [':', 0, 0],
    ['2147483647', 2147483647, 2147483647],
    ['2147483648', 0, 0],
    ['-2:+3', 4294967294, 3],
  ])('%s is %i:%i', (text, uid, gid) => {
    expect(lookupOwner(tree, text)).toEqual({ uid, gid })
  })

  it('takes names for root where files exist but no passwd does', () => {
    expect(lookupOwner(memoryTree({ app: 'x' }), 'daemon:mail')).toEqual({ uid: 0, gid: 0 })
  })

  it('cannot look up names in an empty tree, but takes numbers', () => {
    expect(lookupOwner(memoryTree({}), 'daemon')).toEqual({ kind: 'no-accounts', name: 'daemon' })
    expect(lookupOwner(memoryTree({}), '7:mail')).toEqual({ kind: 'no-accounts', name: 'mail' })
    expect(lookupOwner(memoryTree({}), '7:8')).toEqual({ uid: 7, gid: 8 })
  })

  it('knows root without looking it up', () => {
    expect(lookupOwner(memoryTree({}), 'root')).toEqual({ uid: 0, gid: 0 })
    expect(lookupOwner(memoryTree({ 'etc/passwd': 'root:x:5:6::/:\n' }), 'root:root')).toEqual({ uid: 0, gid: 0 })
  })
})
