import { describe, expect, test } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { deniedWrites } from './denied-writes.ts'
import { deniedRights } from './denied-rights.ts'
import type { ObservedCall } from './observation.ts'

const tree = memoryTree({
  'app/main.js': '',
  tmp: { kind: 'dir' },
  'var/cache/nginx': { kind: 'dir' },
  'var/log': { kind: 'dir' },
  data: { kind: 'dir' },
  cache: { kind: 'symlink', linkname: 'var/cache' },
})
const image = { tree, identity: { uid: 1000, gid: 1000 }, declared: ['/data'] }
const refused = (path: string, call = 'openat'): ObservedCall => ({
  call,
  path,
  error: 'EROFS',
  write: true,
  program: '/usr/sbin/nginx',
})

describe('the directory to make writable', () => {
  test.each([
    ['/var/cache/nginx/a/b', 'openat', '/var/cache/nginx', 'add VOLUME /var/cache/nginx, or run it with --tmpfs'],
    ['/cache/nginx/a', 'openat', '/var/cache/nginx', 'add VOLUME /var/cache/nginx, or run it with --tmpfs'],
    ['/var/lib/shop/db', 'openat', '/var/lib/shop', 'add VOLUME /var/lib/shop, or run it with --tmpfs'],
    ['/made', 'mkdir', '/made', 'add VOLUME /made, or run it with --tmpfs /made'],
    ['/tmp/x', 'openat', '/tmp', 'run it with --tmpfs /tmp'],
    ['/app/log', 'openat', '/app', 'a tmpfs would hide the 1 entries'],
    ['/var/log/x.log', 'openat', '/var/log/x.log', 'write /var/log/x.log below a directory of its own'],
  ])('of %s by %s is %s', (path, call, place, advice) => {
    const [finding] = deniedWrites(image, [refused(path, call)], [])
    expect(finding?.text).toMatch(new RegExp(`^writes to ${place} \\(nginx\\)`))
    expect(finding?.advice[0]).toContain(advice)
  })

  test.each(['/data/file', '/proc/self/oom_score_adj', '/dev/null'])('is none for %s', (path) => {
    expect(deniedWrites(image, [refused(path)], [path])).toEqual([])
  })

  test('is known from what was written where that was allowed', () => {
    expect(deniedWrites(image, [], ['/var/lib/x', '/var/lib/x/y'])[0]?.paths).toEqual(['/var/lib/x', '/var/lib/x/y'])
  })
})

test.each([
  [
    { call: 'bind', port: 80, capability: 'NET_BIND_SERVICE' },
    'binds port 80 without CAP_NET_BIND_SERVICE',
    'listen on 8080',
  ],
  [{ call: 'bind', port: 443, capability: 'NET_BIND_SERVICE' }, 'binds port 443', 'listen on 8443'],
  [{ call: 'chown', path: '/data', capability: 'CHOWN' }, 'chown of /data needs CAP_CHOWN (x)', 'COPY --chown'],
  [{ call: 'setgid', capability: 'SETGID' }, 'setgid needs CAP_SETGID (x)', 'USER user:group'],
] as const)('%j is told with advice', (call, text, advice) => {
  const [finding] = deniedRights([{ ...call, error: 'EPERM', program: '/bin/x' }])
  expect([finding?.text, finding?.advice[0]]).toEqual([expect.stringContaining(text), expect.stringContaining(advice)])
})
