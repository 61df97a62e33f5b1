import { describe, expect, it } from 'vitest'
import { parseChallenges } from './challenge.ts'
import { isLoopback } from './endpoint.ts'
import { proxyFor } from './proxy.ts'
import { defaultHost } from './registry-host.ts'
import { errorDetail, networkFailure } from './wire-error.ts'

describe('parseChallenges', () => {
  it('reads quoted values with commas and several challenges in one header', () => {
    expect(
      parseChallenges('Basic realm="a, \\"b\\"", Bearer realm="https://x/t",service=reg,scope="r:a:pull,push"'),
    ).toEqual([
      { scheme: 'basic', parameters: { realm: 'a, "b"' } },
      { scheme: 'bearer', parameters: { realm: 'https://x/t', service: 'reg', scope: 'r:a:pull,push' } },
    ])
  })

  it('survives nonsense', () => {
    expect(parseChallenges('')).toEqual([])
    expect(parseChallenges('="x",,;')).toEqual([])
    expect(parseChallenges('a=b')).toEqual([])
  })
})

describe('defaultHost', () => {
  it('knows where Docker Hub answers and who speaks plain HTTP', () => {
    expect(defaultHost('docker.io').api).toBe('https://registry-1.docker.io/v2')
    expect(defaultHost('ghcr.io').api).toBe('https://ghcr.io/v2')
    expect(defaultHost('127.0.0.1:5000').api).toBe('http://127.0.0.1:5000/v2')
    expect(defaultHost('[::1]:5000').api).toBe('http://[::1]:5000/v2')
    expect(isLoopback('127.0.0.1.example.com')).toBe(false)
  })
})

describe('proxyFor', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', http_proxy: 'plain:80' }
  const proxy = (url: string, more: Record<string, string> = {}): string | undefined =>
    proxyFor(new URL(url), { ...env, ...more })

  it('chooses by scheme and never for this machine', () => {
    expect(proxy('https://ghcr.io/v2')).toBe('http://proxy:3128')
    expect(proxy('http://ghcr.io/v2')).toBe('http://plain:80')
    expect(proxy('http://localhost:5000/')).toBeUndefined()
    expect(proxyFor(new URL('https://ghcr.io'), { http_proxy: 'x' })).toBeUndefined()
  })

  it.each([
    ['*', 'https://a.b/', false],
    ['example.com', 'https://example.com/', false],
    ['example.com', 'https://r.example.com/', false],
    ['example.com', 'https://badexample.com/', true],
    ['.example.com', 'https://r.example.com/', false],
    ['.example.com', 'https://example.com/', true],
    ['r.b:443', 'https://r.b/', false],
    ['r.b:8443', 'https://r.b/', true],
    ['a.b, r.b', 'https://r.b/', false],
    ['10.0.0.0/8', 'https://10.1.2.3:5000/', false],
    ['10.0.0.0/8', 'https://11.1.2.3:5000/', true],
  ])('reads NO_PROXY %s for %s', (NO_PROXY, url, proxied) => {
    expect(proxy(url, { NO_PROXY }) !== undefined).toBe(proxied)
  })
})

describe('networkFailure', () => {
  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'https://r.example does not speak TLS', '--tls-verify=false'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate of https://r.example is not trusted', 'certs.d/HOST/ca.crt'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'does not accept who we are without a certificate', 'client.cert'],
    ['ECONNRESET', 'cannot reach https://r.example: the connection broke', 'wants a client certificate'],
  ])('says what %s means and what to do', (code, message, hint) => {
    const failure = networkFailure(new URL('https://r.example/v2/?secret=1'), Object.assign(new Error('x'), { code }))
    expect(failure.message).toContain(message)
    expect(failure.hint).toContain(hint)
    expect(`${failure.message}${failure.hint}`).not.toContain('secret')
  })
})

describe('errorDetail', () => {
  it('keeps the messages of a registry readable and short', () => {
    expect(errorDetail('{"errors":[{"code":"DENIED","message":"no\\u001b[31m"},{"code":"X"}]}')).toBe('no [31m; X')
    expect(errorDetail(JSON.stringify({ errors: [{ message: 'a'.repeat(1000) }] }))).toHaveLength(300)
    expect(errorDetail('<html>')).toBeUndefined()
  })
})
