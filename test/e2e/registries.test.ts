import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type DockerRegistry,
  hasDockerRegistry,
  makeRegistryCertificates,
  startDockerRegistry,
} from '../kit/docker-registry.ts'
import { writeTree } from '../kit/file-tree.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'
import { startTokenServer } from '../kit/token-server.ts'

const scratch = scratchDir('registries')
const root = path.join(scratch.dir, 'root')
const other = path.join(scratch.dir, 'other')
const certificates = path.join(scratch.dir, 'certificates')
const tls = {
  certificate: path.join(certificates, 'server.pem'),
  key: path.join(certificates, 'server.key'),
}
const login = { username: 'me', password: 'pass word' }
// `htpasswd -nbB me 'pass word'`, with 2^5 rounds
const htpasswd = 'me:$2y$05$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.\n'
const open: (() => Promise<void>)[] = []

/** A directory of the test's own, filled with files of the certificates. */
function certsFor(host: string, files: Readonly<Record<string, string>>): string {
  const config = mkdtempSync(path.join(scratch.dir, 'certs-'))
  mkdirSync(path.join(config, host), { recursive: true })
  for (const [to, from] of Object.entries(files))
    copyFileSync(path.join(certificates, from), path.join(config, host, to))
  return config
}

function authFile(host: string): { readonly REGISTRY_AUTH_FILE: string } {
  const file = path.join(scratch.dir, `auth-${open.length}.json`)
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  writeFileSync(file, JSON.stringify({ auths: { [host]: { auth } } }))
  return { REGISTRY_AUTH_FILE: file }
}

async function start(more: Parameters<typeof startDockerRegistry>[1] = {}): Promise<DockerRegistry> {
  const server = await startDockerRegistry(path.join(scratch.dir, `registry-${open.length}`), more)
  open.push(server.close)
  return server
}

describe.skipIf(!hasDockerRegistry)("Debian's registry (skipped without docker-registry)", () => {
  beforeAll(async () => {
    makeRegistryCertificates(certificates)
    const context = path.join(scratch.dir, 'context')
    writeTree(context, { Dockerfile: 'FROM scratch\nCOPY file /\nENV A=1\n', file: 'x'.repeat(5000) })
    await slipway(['build', '-t', 'app', context], { root })
  })
  afterEach(async () => {
    for (const close of open.splice(0)) await close()
  })
  afterAll(() => scratch.remove())

  async function tag(name: string): Promise<string> {
    await slipway(['tag', 'app', name], { root })
    return name
  }

  it('with TLS, an authority of its own, client certificates and a password', async () => {
    const file = path.join(scratch.dir, 'htpasswd')
    writeFileSync(file, htpasswd)
    const http = { tls: { ...tls, clientcas: [path.join(certificates, 'ca.pem')] } }
    const { host } = await start({ http, auth: { htpasswd: { realm: 'test', path: file } } })
    const env = authFile(host)
    const name = await tag(`${host}/team/app:1`)
    const config = certsFor(host, { 'ca.crt': 'ca.pem', 'client.cert': 'client.pem', 'client.key': 'client.key' })
    const pushed = await slipway(['push', '-q', '--registry-config', config, name], { root, env })
    const again = { root: other, env: { ...env, SLIPWAY_REGISTRY_CONFIG: config } }
    expect(await slipway(['pull', '-q', name], again)).toBe(pushed)

    const denied = await runSlipway(['pull', '--registry-config', config, name], { root: other })
    expect(denied).toMatchObject({ code: 4, stderr: expect.stringContaining('[registry-denied]') as string })
    const unknown = certsFor(host, { 'client.cert': 'client.pem', 'client.key': 'client.key' })
    const { code, stderr } = await runSlipway(['pull', '--registry-config', unknown, name], { root, env })
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringContaining(`the certificate of https://${host} is not trusted`) as string,
    })
  })

  it('with a token server: everybody pulls, who has logged in pushes', async () => {
    const tokens = await startTokenServer({ ...tls, login })
    const { host } = await start({ auth: tokens.auth })
    const name = await tag(`${host}/team/app:1`)
    const env = authFile(host)
    const refused = await runSlipway(['push', name], { root })
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('[registry-denied]') as string })
    const digest = await slipway(['push', '-q', name], { root, env })
    expect(await slipway(['pull', '-q', name], { root: other })).toBe(digest)
    const { stderr } = await runSlipway(['push', await tag(`${host}/team/copy:1`)], { root, env })
    expect(stderr.match(/mounted sha256:/g)?.length).toBeGreaterThan(0)
    expect(tokens.asked.at(-1)).toEqual({
      user: 'me',
      scopes: ['repository:team/copy:pull,push', 'repository:team/app:pull'],
    })
    await tokens.close()
  })

  it('with a mirror that fetches what it does not have', async () => {
    const origin = await start()
    const mirror = await start({ proxy: { remoteurl: `http://${origin.host}` } })
    const name = await tag(`${origin.host}/team/app:1`)
    const digest = await slipway(['push', '-q', name], { root })
    const config = path.join(scratch.dir, 'mirrors.toml')
    writeFileSync(config, `[registry."${origin.host}"]\nmirrors = ["${mirror.host}"]\n`)
    expect(await slipway(['pull', '-q', '--registry-config', config, name], { root: `${other}-1` })).toBe(digest)
    // The mirror has it now, and answers when the registry does not.
    await origin.close()
    expect(await slipway(['pull', '-q', '--registry-config', config, name], { root: `${other}-2` })).toBe(digest)
  })

  it('with what the output says of layers, annotations and names', async () => {
    const { host } = await start()
    const context = path.join(scratch.dir, 'context')
    const accept = { headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } }
    const manifestAt = async (reference: string): Promise<unknown> =>
      (await fetch(`http://${host}/v2/team/app/manifests/${reference}`, accept)).json()

    const annotated = ['--annotation', 'a=1', '--annotation', 'manifest[linux/s390x]:b=2', '--push']
    const output = ['-o', 'type=image,compression=uncompressed,annotation.c=3']
    await slipway(['build', ...annotated, ...output, '-t', `${host}/team/app:1`, context], { root })
    expect(await manifestAt('1')).toMatchObject({
      annotations: { a: '1', c: '3' },
      layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
    })

    const metadata = path.join(scratch.dir, 'metadata.json')
    const byDigest = `type=registry,name=${host}/team/app,push-by-digest=true`
    await slipway(['build', '--metadata-file', metadata, '-o', byDigest, context], { root })
    const digest = String(JSON.parse(readFileSync(metadata, 'utf8'))['containerimage.digest'])
    expect(await manifestAt(digest)).toMatchObject({
      layers: [{ mediaType: expect.stringContaining('gzip') as string }],
    })
    expect(await (await fetch(`http://${host}/v2/team/app/tags/list`)).json()).toMatchObject({ tags: ['1'] })

    const nowhere = await runSlipway(['build', '--annotation', 'a=1', context], { root })
    expect(nowhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('an annotation stands in a manifest, and no output writes one') as string,
    })
  })

  it('with a certificate that nobody knows, where that is permitted', async () => {
    const { host } = await start({ http: { tls } })
    const secure = certsFor(host, {})
    writeFileSync(path.join(secure, host, 'hosts.toml'), `server = "https://${host}"`)
    const env = { SLIPWAY_REGISTRY_CONFIG: secure }
    const refused = await runSlipway(['push', await tag(`${host}/team/app:1`)], { root, env })
    expect(refused.stderr).toContain('is not trusted')
    const context = path.join(scratch.dir, 'context')
    const output = `type=registry,name=${host}/team/app:1,registry.insecure=true`
    await slipway(['build', '-o', output, context], { root, env })
    await slipway(['pull', '--tls-verify=false', `${host}/team/app:1`], { root: other, env })
  })
})
