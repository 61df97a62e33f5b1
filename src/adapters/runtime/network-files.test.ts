import { describe, expect, it } from 'vitest'
import { hostsFile, resolverFile } from './network-files.ts'

describe('hostsFile', () => {
  it('reads extra hosts with colon or equals sign, IPv6 with or without brackets', () => {
    expect(hostsFile('h', ['a:1.2.3.4', 'b=::1', 'c:fd00::2', 'd=[fd00::3]']).split('\n').slice(3, -1)).toEqual([
      '1.2.3.4\ta',
      '::1\tb',
      'fd00::2\tc',
      'fd00::3\td',
    ])
  })
})

describe('resolverFile', () => {
  const files = (main: string, real?: string) => (path: string) => (path === '/etc/resolv.conf' ? main : real)

  it("swaps systemd's stub for the file with the real servers", () => {
    expect(resolverFile(files('nameserver 127.0.0.53\noptions edns0\n', 'nameserver 9.9.9.9\n'))).toBe(
      'nameserver 9.9.9.9\n',
    )
  })

  it('keeps a file with any other server, and the stub when there is nothing better', () => {
    const mixed = 'nameserver 127.0.0.53\nnameserver 1.1.1.1\n'
    expect(resolverFile(files(mixed, 'nameserver 9.9.9.9\n'))).toBe(mixed)
    expect(resolverFile(files('nameserver 127.0.0.53\n'))).toBe('nameserver 127.0.0.53\n')
    expect(resolverFile(() => undefined)).toBe('')
  })
})
