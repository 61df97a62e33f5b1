import { describe, expect, test } from 'vitest'
import { type Caller, readCall } from '../trace/read-call.ts'
import { reactionIn } from './first-process.ts'
import { readPorts } from './sockets.ts'

const row = (local: string, state: string, inode: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`

test.each([
  ['00000000:1F90', '0A', 7, [{ protocol: 'tcp', port: 8080, loopback: false }]],
  ['0100007F:0050', '0A', 7, [{ protocol: 'tcp', port: 80, loopback: true }]],
  ['00000000000000000000000001000000:0050', '0A', 7, [{ protocol: 'tcp', port: 80, loopback: true }]],
  ['00000000000000000000000000000000:0050', '0A', 7, [{ protocol: 'tcp', port: 80, loopback: false }]],
  ['0000000000000000FFFF00000100007F:0050', '0A', 7, [{ protocol: 'tcp', port: 80, loopback: true }]],
  ['00000000:0050', '01', 7, []],
  ['00000000:0050', '0A', 8, []],
])('the socket %s in state %s with inode %d is %j', (local, state, inode, ports) => {
  expect(readPorts('tcp', `header\n${row(local, state, inode)}\n`, new Set(['7']))).toEqual(ports)
})

test.each([
  ['SigIgn:\t0000000000000000\nSigCgt:\t0000000000004000\n', 'handles'],
  ['SigIgn:\t0000000000004000\nSigCgt:\t0000000000000000\n', 'ignores'],
  ['SigIgn:\t0000000000000000\nSigCgt:\t0000000000000002\n', 'none'],
] as const)('a process with %j reacts to SIGTERM so: %s', (status, reaction) => {
  expect(reactionIn(status, 'SIGTERM')).toBe(reaction)
})

describe('a call', () => {
  const bytes = Buffer.alloc(8192)
  bytes.write('/etc/x\0', 0)
  bytes.write('rel\0', 100)
  bytes.set([2, 0, 0, 80], 200)
  bytes.set([2, 0, 0x1f, 0x90], 300)
  const caller: Caller = {
    program: '/bin/x',
    uid: 1000,
    gid: 1000,
    memory: (address, length) => bytes.subarray(Number(address), Number(address) + length),
    place: (descriptor) => (descriptor === 'cwd' ? '/work' : descriptor === 5 ? '/five' : undefined),
  }
  const at = 0xffffff9cn
  test.each([
    ['openat', [at, 0n, 0x241n], -30n, { error: 'EROFS', path: '/etc/x', write: true }],
    ['openat', [at, 0n, 0n], -13n, { error: 'EACCES', path: '/etc/x', write: false }],
    ['openat', [at, 100n, 1n], -13n, { error: 'EACCES', path: '/work/rel', write: true }],
    ['mkdirat', [5n, 100n], -30n, { error: 'EROFS', path: '/five/rel', write: true }],
    ['fchmod', [5n], -1n, { error: 'EPERM', path: '/five', write: true, capability: 'FOWNER' }],
    ['openat', [at, 0n, 0x241n], -2n, undefined],
    ['openat', [at, 0n, 0x241n], 3n, undefined],
    ['chown', [0n, 0n, 0xffffffffn], 0n, { path: '/etc/x', write: true, capability: 'CHOWN' }],
    ['chown', [0n, 1000n, 1000n], 0n, undefined],
    ['setuid', [0n], -1n, { error: 'EPERM', capability: 'SETUID' }],
    ['setuid', [1000n], 0n, undefined],
    ['bind', [3n, 200n, 16n], -13n, { error: 'EACCES', port: 80, capability: 'NET_BIND_SERVICE' }],
    ['bind', [3n, 300n, 16n], 0n, undefined],
    ['read', [3n], -13n, undefined],
  ] as const)('%s is told by what it gave and was about (%#)', (name, given, result, told) => {
    expect(readCall({ name, arguments: given, result }, caller)).toEqual(
      told === undefined ? undefined : { call: name, program: '/bin/x', ...told },
    )
  })
})
