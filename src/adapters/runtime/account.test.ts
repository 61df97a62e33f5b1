import { describe, expect, it } from 'vitest'
import { resolveAccount } from './account.ts'

const passwd = [
  'root:x:0:0:root:/root:/bin/sh',
  '# comment',
  'app:x:1000:1001:App:/home/app:/bin/sh',
  'twin:x:1000:1002::/home/twin:/bin/sh',
  '77:x:500:501::/home/seventyseven:/bin/sh',
  'homeless:x:600:600:::/bin/sh',
  'broken',
  '',
].join('\n')
const group = ['root:x:0:', 'wheel:x:10:root,app', 'app:x:1001:', 'video:x:44: app , other', 'odd:x:nope:app'].join(
  '\n',
)

describe('resolveAccount', () => {
  it.each([
    ['', { uid: 0, gid: 0, groups: [0, 10], home: '/root' }],
    ['root', { uid: 0, gid: 0, groups: [0, 10], home: '/root' }],
    ['app', { uid: 1000, gid: 1001, groups: [1001, 10, 44], home: '/home/app' }],
    ['1000', { uid: 1000, gid: 1001, groups: [1001, 10, 44], home: '/home/app' }],
    ['twin', { uid: 1000, gid: 1002, groups: [1002], home: '/home/app' }],
    ['app:wheel', { uid: 1000, gid: 10, groups: [10], home: '/home/app' }],
    ['app:10', { uid: 1000, gid: 10, groups: [10], home: '/home/app' }],
    ['app:4711', { uid: 1000, gid: 4711, groups: [4711], home: '/home/app' }],
    ['1000:1000', { uid: 1000, gid: 1000, groups: [1000], home: '/home/app' }],
    ['12345', { uid: 12345, gid: 0, groups: [0], home: '/' }],
    ['12345:wheel', { uid: 12345, gid: 10, groups: [10], home: '/' }],
    ['77', { uid: 500, gid: 501, groups: [501], home: '/home/seventyseven' }],
    ['homeless', { uid: 600, gid: 600, groups: [600], home: '' }],
    ['77:root', { uid: 77, gid: 0, groups: [0], home: '/home/seventyseven' }],
    ['4294967295:4000000000', { uid: 4294967295, gid: 4000000000, groups: [4000000000], home: '/' }],
  ])('reads %j as BuildKit does', (user, account) => {
    expect(resolveAccount(user, passwd, group)).toEqual(account)
  })

  it('is root without any files', () => {
    expect(resolveAccount('', '', '')).toEqual({ uid: 0, gid: 0, groups: [0], home: '/' })
    expect(resolveAccount('root:root', '', '')).toEqual({ uid: 0, gid: 0, groups: [0], home: '/' })
  })

  it.each(['nobody', 'app:nogroup', 'broken', '99999999999'])('rejects %j', (user) => {
    expect(() => resolveAccount(user, passwd, group)).toThrow(expect.objectContaining({ code: 'unknown-user' }))
  })
})
