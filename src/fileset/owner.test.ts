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
    ['4294967295', 4294967295, 4294967295],
    ['4294967296', 0, 0],
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
})
