import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeAuthority } from '../../../test/kit/tls-server.ts'
import { findHostsBy, type HostFacts } from './registry-hosts.ts'
import type { RegistryHost } from './registry-host.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync('/tmp/slipway-hosts-')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function write(path: string, text: string): string {
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

function hosts(registry: string, facts: Partial<HostFacts> = {}): Promise<readonly RegistryHost[]> {
  const places = { env: {}, home: join(directory, 'home'), etc: join(directory, 'etc') }
  return findHostsBy({ ...places, ...facts })(registry)
}

async function apis(registry: string, facts: Partial<HostFacts> = {}): Promise<readonly string[]> {
  return (await hosts(registry, facts)).map(({ api }) => api)
}

describe('hosts.toml', () => {
  const ofHub = 'etc/containerd/certs.d/docker.io/hosts.toml'

  it('names mirrors in their order, and the server last', async () => {
    write(
      ofHub,
      `server = "https://docker.io"
[host."https://z.example/proxy"]
  capabilities = ["pull"]
[host."a.example:5000"]
  capabilities = ["Pull", "resolve"]
  [host."a.example:5000".header]
    X-Key = ["one", "two"]
[host."http://whole.example/api"]
  override_path = true
`,
    )
    expect(await hosts('docker.io')).toEqual([
      { api: 'https://z.example/proxy/v2', capabilities: ['pull'], headers: {}, mirrorOf: 'docker.io' },
      {
        api: 'https://a.example:5000/v2',
        capabilities: ['pull', 'resolve'],
        headers: { 'x-key': 'one, two' },
        mirrorOf: 'docker.io',
      },
      {
        api: 'http://whole.example/api',
        capabilities: ['pull', 'resolve', 'push'],
        headers: {},
        mirrorOf: 'docker.io',
      },
      { api: 'https://registry-1.docker.io/v2', capabilities: ['pull', 'resolve', 'push'], headers: {} },
    ])
  })

  it('puts another server in place of the registry', async () => {
    write('etc/containerd/certs.d/ghcr.io/hosts.toml', 'server = "https://inside.example/v2"')
    expect(await hosts('ghcr.io')).toMatchObject([{ api: 'https://inside.example/v2', mirrorOf: 'ghcr.io' }])
  })

  it('names authorities and clients relative to itself', async () => {
    mkdirSync(join(directory, 'etc/containerd/certs.d/r.example'), { recursive: true })
    makeAuthority(join(directory, 'etc/containerd/certs.d/r.example'), 'ca')
    write(
      'etc/containerd/certs.d/r.example/hosts.toml',
      'ca = "ca.pem"\nclient = [["ca.pem", "ca.key"]]\nskip_verify = true',
    )
    const [host] = await hosts('r.example')
    expect(host?.trust).toMatchObject({ skipVerify: true })
    expect(host?.trust?.authorities[0]).toContain('BEGIN CERTIFICATE')
    expect(host?.trust?.identities[0]?.key).toContain('PRIVATE KEY')
  })

  it.each([
    ['server = [', 1, /^not TOML: /],
    ['server = ""', 1, '"" is no address: https://HOST[:PORT][/PATH] is one'],
    ['\nserver = 5', 2, 'server must be a string'],
    [
      '[host."https://m.example"]\n# one\ncapabilities = ["pull", "fly"]',
      3,
      'there is no capability fly, only pull, resolve and push',
    ],
    ['[host."https://m.example"]\nskip_verify = "yes"', 2, 'skip_verify must be true or false'],
    ['ca = "none.pem"', 1, /ca names .*none\.pem, which cannot be read \(ENOENT\)/],
    [
      'client = [["a", "b", "c"]]',
      1,
      'client must be a file, a list of files, or a list of pairs of certificate and key',
    ],
    ['[header]\n"x y" = "1"', 1, 'the header x y must be a string or a list of strings'],
    ['host = 1', 1, 'host must be a table'],
  ])('says where %j is wrong', async (text, line, message) => {
    const file = write(ofHub, text)
    const error = await hosts('docker.io').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'config-invalid' })
    const [place, said] = (error as Error).message.split(/:\d+: /)
    expect(place).toBe(file)
    expect((error as Error).message).toContain(`${file}:${line}: `)
    if (typeof message === 'string') expect(said).toBe(message)
    else expect(said).toMatch(message)
  })
})

describe('buildkitd.toml', () => {
  it('names mirrors with paths and how each is reached', async () => {
    write(
      'etc/buildkit/buildkitd.toml',
      `debug = true
[registry."docker.io"]
  mirrors = ["plain.example:5000", "cache.example/proxy/hub", "open.example"]
[registry."plain.example:5000"]
  http = true
[registry."open.example"]
  insecure = true
`,
    )
    expect(await apis('docker.io')).toEqual([
      'http://plain.example:5000/v2',
      'https://cache.example/v2/proxy/hub',
      'https://open.example/v2',
      'https://registry-1.docker.io/v2',
    ])
    const [, cache, open] = await hosts('docker.io')
    expect(cache).toMatchObject({ capabilities: ['pull', 'resolve'], mirrorOf: 'docker.io' })
    expect(open).toMatchObject({ plainApi: 'http://open.example/v2', trust: { skipVerify: true } })
    expect(await apis('plain.example:5000')).toEqual(['http://plain.example:5000/v2'])
    expect(await apis('quay.io')).toEqual(['https://quay.io/v2'])
  })

  it('says where it is wrong', async () => {
    const config = write('b.toml', '[registry."a.example"]\nhttp = true\n[registry."docker.io"]\nmirrors = 3')
    await expect(hosts('docker.io', { config })).rejects.toThrow(
      `${config}:4: mirrors must be a string or a list of strings`,
    )
  })
})

describe("docker's certs.d", () => {
  const place = 'etc/docker/certs.d/r.example:5000'

  it('has authorities and client certificates by their endings', async () => {
    mkdirSync(join(directory, place), { recursive: true })
    makeAuthority(join(directory, place), 'x')
    const read = (name: string): string => readFileSync(join(directory, place, name), 'utf8')
    write(`${place}/ca.crt`, read('x.pem'))
    write(`${place}/client.cert`, read('x.pem'))
    write(`${place}/client.key`, read('x.key'))
    rmSync(join(directory, place, 'x.key'))
    const [host] = await hosts('r.example:5000')
    expect(host?.trust).toEqual({
      authorities: [read('x.pem')],
      identities: [{ certificate: read('x.pem'), key: read('client.key') }],
      skipVerify: false,
    })
  })

  it.each([
    ['ca.crt', /ca\.crt holds no certificate/],
    ['client.key', /client\.key has no certificate client\.cert beside it/],
  ])('says what is wrong with %s', async (name, message) => {
    write(`${place}/${name}`, 'nothing')
    await expect(hosts('r.example:5000')).rejects.toThrow(message)
  })
})

describe('places', () => {
  const mirror = (name: string): string => `[host."https://${name}.example"]\n`

  it('are asked in order: the user before the machine, slipway before others, one registry before all', async () => {
    write('etc/containerd/certs.d/_default/hosts.toml', mirror('default'))
    write('etc/docker/certs.d/ghcr.io/hosts.toml', mirror('docker'))
    expect((await apis('ghcr.io'))[0]).toBe('https://docker.example/v2')
    expect((await apis('quay.io'))[0]).toBe('https://default.example/v2')
    write('etc/slipway/certs.d/ghcr.io/hosts.toml', mirror('machine'))
    expect((await apis('ghcr.io'))[0]).toBe('https://machine.example/v2')
    write('home/.config/slipway/registries.toml', '[registry."ghcr.io"]\nmirrors = ["user.example"]')
    expect((await apis('ghcr.io'))[0]).toBe('https://user.example/v2')
    write('xdg/slipway/certs.d/ghcr.io/hosts.toml', mirror('xdg'))
    expect((await apis('ghcr.io', { env: { XDG_CONFIG_HOME: join(directory, 'xdg') } }))[0]).toBe(
      'https://xdg.example/v2',
    )
  })

  it('give way to the one that was named', async () => {
    write('etc/slipway/certs.d/r.example:5000/hosts.toml', mirror('machine'))
    write('mine/r.example_5000_/hosts.toml', mirror('mine'))
    const named = { env: { SLIPWAY_REGISTRY_CONFIG: join(directory, 'mine') } }
    expect((await apis('r.example:5000', named))[0]).toBe('https://mine.example/v2')
    expect(await apis('quay.io', named)).toEqual(['https://quay.io/v2'])
    const config = join(directory, 'absent')
    await expect(apis('quay.io', { config })).rejects.toMatchObject({ code: 'config-invalid' })
  })
})

it('leaves registries unverified that are named so', async () => {
  const insecure = ['lab.example']
  expect(await hosts('lab.example', { insecure })).toMatchObject([
    { api: 'https://lab.example/v2', plainApi: 'http://lab.example/v2', trust: { skipVerify: true } },
  ])
  expect(await hosts('other.example', { insecure })).toEqual([
    expect.not.objectContaining({ plainApi: expect.anything() as unknown }),
  ])
  expect((await hosts('other.example', { insecure: 'all' }))[0]?.plainApi).toBe('http://other.example/v2')
})
