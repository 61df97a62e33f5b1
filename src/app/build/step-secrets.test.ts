import { describe, expect, it } from 'vitest'
import { readStepSecrets } from './step-secrets.ts'

const nothing = { secret: [], ssh: [], env: {}, buildArgs: {} }

describe('readStepSecrets', () => {
  it('passes the proxies of the environment on, in both spellings, and no empty ones', () => {
    const env = { HTTP_PROXY: 'http://a', no_proxy: '', PATH: '/bin' }
    expect(readStepSecrets({ ...nothing, env }).proxyEnv).toEqual(['HTTP_PROXY=http://a', 'http_proxy=http://a'])
  })

  it('lets a proxy given as build argument win, whatever the spelling of the other', () => {
    const given = { env: { http_proxy: 'http://a' }, buildArgs: { HTTP_PROXY: 'http://b' } }
    const { proxyEnv, givenProxyEnv } = readStepSecrets({ ...nothing, ...given })
    expect(proxyEnv).toEqual([])
    expect(givenProxyEnv).toEqual(['HTTP_PROXY=http://b', 'http_proxy=http://b'])
  })

  it('takes an empty build argument for no proxy at all', () => {
    const given = { env: { http_proxy: 'http://a', no_proxy: 'x' }, buildArgs: { HTTP_PROXY: '' } }
    const { proxyEnv, givenProxyEnv } = readStepSecrets({ ...nothing, ...given })
    expect([proxyEnv, givenProxyEnv]).toEqual([['NO_PROXY=x', 'no_proxy=x'], []])
  })

  it('takes a secret from the variable of its own name when no source is written', () => {
    const { secrets } = readStepSecrets({ ...nothing, secret: ['id=TOKEN'], env: { TOKEN: 'x' } })
    expect(Buffer.from(secrets['TOKEN'] ?? []).toString()).toBe('x')
  })
})
