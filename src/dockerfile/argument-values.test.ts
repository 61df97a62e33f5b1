import { describe, expect, it } from 'vitest'
import { parseCheck, parseDuration, parsePortSpec, parseSignal, parseUserSpec } from './index.ts'

describe('parseDuration', () => {
  it.each([
    ['0', 0n],
    ['30s', 30_000_000_000n],
    ['1h2m3.5s', 3_723_500_000_000n],
    ['1.5h', 5_400_000_000_000n],
    ['.5ms', 500_000n],
    ['1µs', 1000n],
    ['-2s', -2_000_000_000n],
    ['2562047h47m16.854775807s', 9_223_372_036_854_775_807n],
  ])('reads %s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds)
  })

  it.each(['', '3', 's', '1 s', '1d', '.s', '1..5s', '3000000h'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('parsePortSpec', () => {
  it.each([
    ['80', ['80/tcp']],
    ['53/UDP', ['53/udp']],
    ['8000-8002/sctp', ['8000/sctp', '8001/sctp', '8002/sctp']],
    ['80-80', ['80/tcp']],
    ['8080:80', ['80/tcp']],
    ['127.0.0.1:8080:80/tcp', ['80/tcp']],
    ['127.0.0.1::80', ['80/tcp']],
    ['[::1]:8080:80', ['80/tcp']],
    ['8000-9000:80', ['80/tcp']],
    ['0', ['0/tcp']],
    ['80/', ['80/tcp']],
  ])('reads %s', (text, ports) => {
    expect(parsePortSpec(text)).toMatchObject({ ports })
  })

  it.each([
    ['', 'invalid port: "": no port specified'],
    ['/tcp', 'invalid port: "/tcp": no port specified'],
    ['80/icmp', 'invalid port: "80/icmp": invalid proto: icmp'],
    ['65536', 'invalid containerPort: 65536'],
    ['90-80', 'invalid containerPort: 90-80'],
    ['http', 'invalid containerPort: http'],
    ['x:80', 'invalid hostPort: x'],
    ['1-3:80-81', 'invalid ranges specified for container and host Ports: 80-81 and 1-3'],
    ['1.2.3.999:1:80', 'invalid IP address: 1.2.3.999'],
    ['1::2::3:1:80', 'invalid IP address: 1::2::3'],
  ])('refuses %j', (text, error) => {
    expect(parsePortSpec(text)).toMatchObject({ error })
  })

  it.each([
    ['http', 'write a number up to 65535 or a range like 8000-8010; /tcp, /udp or /sctp may follow'],
    ['80,81', 'EXPOSE has no JSON form and no commas: write EXPOSE 80 443'],
    ['[80', 'EXPOSE has no JSON form and no commas: write EXPOSE 80 443'],
  ])('says for %j what to write instead', (text, hint) => {
    expect(parsePortSpec(text)).toMatchObject({ hint })
  })

  it('keeps what the check for odd formats needs', () => {
    expect(parsePortSpec('127.0.0.1:1:80/TCP')).toEqual({
      ports: ['80/tcp'],
      protocol: 'TCP',
      ip: '127.0.0.1',
      hostPort: '1',
    })
  })
})

describe('parseSignal', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['9', 9],
    ['SIGRTMIN+3', 37],
    ['RTMAX-14', 50],
    ['SIGRTMAX', 64],
    ['SIGSYS', 31],
    ['SIGCHLD', 17],
  ])('reads %s', (text, number) => {
    expect(parseSignal(text)).toBe(number)
  })

  it.each(['', '0', 'SIGNOPE', 'SIG', '1.5', 'RTMIN+16'])('refuses %j', (text) => {
    expect(parseSignal(text)).toBeUndefined()
  })
})

describe('parseUserSpec', () => {
  it('parts user and group', () => {
    expect(parseUserSpec('node')).toEqual({ user: 'node' })
    expect(parseUserSpec('1000:app')).toEqual({ user: '1000', group: 'app' })
    expect(parseUserSpec(':7')).toEqual({ user: '', group: '7' })
    expect(parseUserSpec('a:')).toEqual({ user: 'a' })
    expect(parseUserSpec('a:b:c')).toBeUndefined()
  })
})

describe('parseCheck', () => {
  it('reads lists, all and the error switch', () => {
    expect(parseCheck('skip=A, B;error=true')).toEqual({ options: { skip: ['A', 'B'], experimental: [], error: true } })
    expect(parseCheck('skip=all;experimental=all')).toEqual({
      options: { skip: 'all', experimental: 'all', error: false },
    })
  })

  it('refuses what it does not know', () => {
    expect(parseCheck('skip')).toEqual({ error: 'invalid check option "skip"' })
    expect(parseCheck('only=A')).toEqual({ error: 'invalid check option "only"' })
    expect(parseCheck('error=maybe')).toEqual({ error: 'failed to parse check option "error=maybe"' })
  })
})
