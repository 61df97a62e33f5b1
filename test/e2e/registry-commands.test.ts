import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry } from '../../src/archive/index.ts'
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from '../kit/docker-registry.ts'
import { fakeImage, startRegistry, storeImage } from '../kit/registry.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('registries')
const root = path.join(scratch.dir, 'store')
const config = path.join(scratch.dir, 'docker')
const env = { DOCKER_CONFIG: config, BUILDKIT_PROGRESS: 'quiet' }
const run = (...args: string[]) => runSlipway(args, { root, env, cwd: scratch.dir })
const ok = async (...args: string[]): Promise<string> => (await slipway(args, { root, env, cwd: scratch.dir })).trim()
const entry: LayerEntry = { path: 'f', kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n }
const layer = Buffer.concat([encodeTarHeader(entry), endOfArchive])

afterAll(() => scratch.remove())

/** Images `m:amd64` and `m:arm64` of the store. */
async function buildBoth(): Promise<void> {
  const context = path.join(scratch.dir, 'context')
  mkdirSync(context)
  writeFileSync(path.join(context, 'f'), 'content\n')
  for (const arch of ['amd64', 'arm64']) {
    const args = ['build', '-q', '--platform', `linux/${arch}`, '-t', `m:${arch}`, '-f', '-', context]
    await slipway(args, { root, env, input: `FROM scratch\nCOPY f /f\nLABEL arch=${arch}\n` })
  }
}

describe('a base of a registry', () => {
  test('is not downloaded by a build that only changes metadata, not by a cached one, and not by their pushes', async () => {
    const registry = await startRegistry()
    try {
      const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch }
      const base = fakeImage([layer], platform)
      const [{ descriptor }] = base.layers as [(typeof base.layers)[0]]
      storeImage(registry, 'base/app:1', base)
      const name = `${registry.host}/own/app`
      const input = `FROM ${registry.host}/base/app:1\nENV A=b\nLABEL c=d\nCMD ["x"]\n`
      for (const tag of ['1', '2'])
        await slipway(['build', '-q', '--push', '-t', `${name}:${tag}`, '-f', '-', scratch.dir], { root, env, input })
      expect(registry.blobs.has(`own/app@${descriptor.digest}`)).toBe(true)
      const ofLayer = registry.requests.filter(({ url }) => url.includes(descriptor.digest))
      expect(ofLayer.filter(({ method }) => method === 'GET')).toEqual([])
      const posts = registry.requests.filter(({ method }) => method === 'POST').map(({ url }) => url)
      expect(posts.filter((url) => url.includes(`mount=${descriptor.digest}&from=base%2Fapp`))).toHaveLength(1)
      // The proof that the count can be another: the layer is fetched when its files are needed.
      await ok('save', '-o', path.join(scratch.dir, 'whole.tar'), `${name}:1`)
      expect(
        registry.requests.filter((one) => one.method === 'GET' && one.url.includes(descriptor.digest)),
      ).toHaveLength(1)
    } finally {
      await registry.close()
    }
  })
})

const missing = ['docker-registry', 'skopeo'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined)
if (missing.length > 0) console.warn(`registry commands: skipped, there is no ${missing.join(' and no ')}`)

describe.skipIf(!hasDockerRegistry || missing.length > 0)('with a registry that asks for a login', () => {
  // bcrypt, 16 rounds, of `me` and `s3cret`.
  const htpasswd = 'me:$2b$04$Fns1K16wjPFRGT53S7NGBuUyFV8FebxtsbibhOlRnlD6G2WF7EJUS\n'
  let registry: DockerRegistry
  let host = ''
  const skopeo = (...args: string[]): string => execFileSync('skopeo', args, { encoding: 'utf8' })
  const remote = ['--creds', 'me:s3cret', '--tls-verify=false']
  const raw = (name: string): string => skopeo('inspect', '--raw', ...remote, `docker://${host}/${name}`)
  const digestAt = (name: string): string => JSON.parse(skopeo('inspect', ...remote, `docker://${host}/${name}`)).Digest

  beforeAll(async () => {
    const directory = path.join(scratch.dir, 'registry')
    mkdirSync(directory)
    writeFileSync(path.join(directory, 'htpasswd'), htpasswd)
    registry = await startDockerRegistry(directory, {
      auth: { htpasswd: { realm: 'test', path: path.join(directory, 'htpasswd') } },
    })
    host = registry.host
    await buildBoth()
  }, 60_000)
  afterAll(() => registry.close())

  test('a login is checked, kept as docker keeps it, used, and forgotten', async () => {
    mkdirSync(config)
    const file = path.join(config, 'config.json')
    writeFileSync(file, '{"HttpHeaders":{"a":"b"},"auths":{"other.example":{"auth":"eDp5"}}}', { mode: 0o644 })
    const denied = await run('push', 'm:amd64'.replace('m:', `${host}/none:`))
    expect(denied.code).toBe(2)
    await ok('tag', 'm:amd64', `${host}/team/app:1`)
    const refused = await run('push', `${host}/team/app:1`)
    expect([refused.code, refused.stdout]).toEqual([4, ''])
    expect(refused.stderr).toContain('registry-denied')
    const wrong = await runSlipway(['login', '-u', 'me', '--password-stdin', host], { root, env, input: 'S3CRET-no\n' })
    expect(wrong.code).toBe(4)
    expect(wrong.stderr).toContain(`ERROR: ${host} does not accept this user name and password [registry-denied]`)
    expect(wrong.stderr).not.toContain('S3CRET-no')
    expect(JSON.parse(readFileSync(file, 'utf8')).auths).not.toHaveProperty([host])

    const right = await runSlipway(['login', '-u', 'me', '--password-stdin', host], { root, env, input: 's3cret\n' })
    expect([right.code, right.stdout]).toEqual([0, 'Login Succeeded\n'])
    expect(right.stderr).toContain(`stored unencrypted in ${file}`)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      HttpHeaders: { a: 'b' },
      auths: { 'other.example': { auth: 'eDp5' }, [host]: { auth: Buffer.from('me:s3cret').toString('base64') } },
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(config)).toEqual(['config.json'])
    expect(await ok('push', '-q', `${host}/team/app:1`)).toBe(digestAt('team/app:1'))
    expect(await ok('logout', host)).toBe(`Removed the login for ${host}`)
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).auths)).toEqual(['other.example'])
    expect((await run('push', `${host}/team/app:1`)).code).toBe(4)
  })

  test('a login goes to the credential helper, and its password into no file', async () => {
    const bin = path.join(scratch.dir, 'bin')
    mkdirSync(bin)
    const helper = path.join(bin, 'docker-credential-fake')
    const kept = path.join(scratch.dir, 'kept')
    writeFileSync(
      helper,
      `#!/bin/sh\ncase $1 in store) cat >${kept} ;; get) cat ${kept} ;; erase) rm ${kept} ;; esac\n`,
    )
    chmodSync(helper, 0o755)
    const directory = path.join(scratch.dir, 'with-helper')
    mkdirSync(directory)
    writeFileSync(path.join(directory, 'config.json'), '{"credsStore":"fake"}')
    const own = { root, env: { ...env, DOCKER_CONFIG: directory, PATH: `${bin}:${process.env['PATH']}` } }
    const result = await runSlipway(['login', '-u', 'me', '--password-stdin', host], { ...own, input: 's3cret' })
    expect([result.code, result.stdout, result.stderr]).toEqual([0, 'Login Succeeded\n', ''])
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual({ ServerURL: host, Username: 'me', Secret: 's3cret' })
    expect(JSON.parse(readFileSync(path.join(directory, 'config.json'), 'utf8'))).toEqual({
      auths: { [host]: {} },
      credsStore: 'fake',
    })
    expect(await slipway(['manifest', 'inspect', '--raw', `${host}/team/app:1`], own)).toBe(raw('team/app:1'))
    await slipway(['logout', host], own)
    expect(existsSync(kept)).toBe(false)
  })

  test('a list of two platforms travels through every place and back to the byte', async () => {
    await runSlipway(['login', '-u', 'me', '--password-stdin', host], { root, env, input: 's3cret' })
    const list = `${host}/team/list:1`
    await ok('push', '-q', `${host}/team/app:1`)
    await ok('manifest', 'create', list, `${host}/team/app:1`, 'm:arm64')
    const digest = await ok('manifest', 'annotate', list, 'm:arm64', '--variant', 'v9', '--annotation', 'a=b')
    expect((await run('manifest', 'create', list, 'm:arm64')).stderr).toContain(`there is a list ${list} already`)
    expect(await ok('manifest', 'push', list)).toBe(digest)
    expect(JSON.parse(raw('team/list:1')).manifests).toMatchObject([
      { platform: { architecture: 'amd64', os: 'linux' } },
      { platform: { architecture: 'arm64', os: 'linux', variant: 'v9' }, annotations: { a: 'b' } },
    ])

    expect(await ok('copy', `docker://${list}`, 'oci:layout:1')).toBe(digest)
    expect(skopeo('inspect', '--raw', `oci:${scratch.dir}/layout:1`)).toBe(raw('team/list:1'))
    expect(await ok('copy', 'oci:layout:1', 'oci-archive:list.tar:1')).toBe(digest)
    expect(await ok('copy', 'oci-archive:list.tar', 'copied:1', '--preserve-digests')).toBe(digest)
    expect(await ok('copy', 'copied:1', `${host}/other/list:2`)).toBe(digest)
    skopeo(
      'copy',
      '-q',
      '--all',
      '--insecure-policy',
      '--src-creds',
      'me:s3cret',
      '--src-tls-verify=false',
      `docker://${host}/other/list:2`,
      `oci:${scratch.dir}/by-skopeo:x`,
    )
    expect(skopeo('inspect', '--raw', `oci:${scratch.dir}/by-skopeo:x`)).toBe(raw('team/list:1'))
    expect(await ok('copy', 'oci:by-skopeo:x', `docker://${host}/third/list:1`)).toBe(digest)

    const target = path.join(scratch.dir, 'pulled')
    expect(await slipway(['pull', '-q', '--all-platforms', list], { root: target, env })).toBe(`${digest}\n`)
    expect(await slipway(['push', '-q', list], { root: target, env })).toBe(`${digest}\n`)
    expect(raw('team/list:1')).toBe(raw('third/list:1'))
  })

  test('one platform is copied as its manifest, and becomes an archive that docker loads', async () => {
    const list = `docker://${host}/team/list:1`
    const [amd64] = JSON.parse(raw('team/list:1')).manifests
    expect(await ok('copy', '--platform', 'linux/amd64', list, 'docker-archive:one.tar:name:1')).toBe(amd64.digest)
    const loaded = JSON.parse(skopeo('inspect', '--config', `docker-archive:${scratch.dir}/one.tar`))
    expect([loaded.architecture, loaded.config.Labels]).toEqual(['amd64', { arch: 'amd64' }])
    const by = `docker-archive:${scratch.dir}/by-skopeo.tar:name:1`
    skopeo('copy', '-q', '--insecure-policy', `docker-archive:${scratch.dir}/one.tar`, by)
    await ok('copy', by, 'from-archive')
    const config = ['inspect', '-f', '{{.Id}}']
    expect(await ok(...config, 'from-archive')).toBe(await ok(...config, 'm:amd64'))
    expect((await run('copy', '--preserve-digests', by, 'oci:never')).code).toBe(2)
  })

  test('all tags are pulled and pushed', async () => {
    const target = path.join(scratch.dir, 'tags')
    for (const tag of ['1', '2']) await ok('copy', 'm:amd64', `${host}/tags/app:${tag}`)
    const digest = digestAt('tags/app:1')
    expect(await slipway(['pull', '-qa', `${host}/tags/app`], { root: target, env })).toBe(`${digest}\n${digest}\n`)
    const size = Buffer.byteLength(raw('tags/app:1'))
    expect(await slipway(['push', '-a', `${host}/tags/app`], { root: target, env })).toBe(
      `1: digest: ${digest} size: ${size}\n2: digest: ${digest} size: ${size}\n`,
    )
  })

  test('errors say what there is, and leave nothing at the target', async () => {
    const text = async (...args: string[]): Promise<string> => {
      const result = await run(...args)
      expect([args, result.code === 0, result.stdout]).toEqual([args, false, ''])
      return result.stderr
    }
    expect(await text('pull', `${host}/team/list:11`)).toBe(
      [
        `  | ${host}/team/list has the tags 1`,
        `ERROR: ${host}/team/list:11 does not exist: manifest unknown [image-not-found]`,
        `  hint: did you mean ${host}/team/list:1?`,
        '',
      ].join('\n'),
    )
    expect(await text('copy', '--platform', 'linux/s390x', `docker://${host}/team/list:1`, 'oci:none')).toBe(
      [
        '  | it is there for linux/amd64, linux/arm64/v9',
        `ERROR: ${host}/team/list:1 is not there for linux/s390x [platform-unavailable]`,
        '  hint: choose one of those with --platform',
        '',
      ].join('\n'),
    )
    expect(await text('copy', 'oci:layout:2', 'x')).toContain('ERROR: ' + `${scratch.dir}/layout has no image 2`)
    expect(await text('copy', 'docker-daemon:m', 'x')).toContain(
      'hint: docker save -o FILE IMAGE, then docker-archive:FILE',
    )
    expect(await text('copy', 'm:amd64', 'oci-archive:nowhere/a.tar')).toContain('its directory does not exist')
    const layout = path.join(scratch.dir, 'layout')
    const broken = path.join(scratch.dir, 'broken')
    execFileSync('cp', ['-r', layout, broken])
    const [first = ''] = JSON.parse(raw('team/app:1')).layers.map((one: { digest: string }) => one.digest.slice(7))
    writeFileSync(path.join(broken, 'blobs/sha256', first), 'damaged')
    expect(await text('copy', 'oci:broken:1', 'oci:new:1')).toContain('[bad-archive]')
    expect(await text('copy', 'oci:broken:1', 'oci-archive:new.tar')).toContain('[bad-archive]')
    expect(await text('copy', 'oci:broken:1', `docker://${host}/broken/app:1`)).toContain('[bad-archive]')
    expect(await text('pull', `${host}/broken/app:1`)).toContain('[image-not-found]')
    const left = readdirSync(scratch.dir).filter((name) => /^\.?(new|none|nowhere|never)/.test(name))
    expect(left).toEqual([])
  })
})
