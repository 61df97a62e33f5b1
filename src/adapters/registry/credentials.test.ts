import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Credentials, findCredentials } from './credentials.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-home-'))
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

function write(path: string, content: unknown): string {
  const full = join(home, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content))
  return full
}

function entry(login: string): { auth: string } {
  return { auth: Buffer.from(login).toString('base64') }
}

function find(
  registry: string,
  env: Record<string, string> = {},
  repository = 'a/b',
): Promise<Credentials | undefined> {
  return findCredentials(registry, repository, { env: { PATH: process.env['PATH'], ...env }, home })
}

function password(username: string, word: string): Credentials {
  return { kind: 'password', username, password: word }
}

it('finds nothing where there is nothing', async () => {
  expect(await find('ghcr.io')).toBeUndefined()
})

it('reads the file of docker, with the old key of Docker Hub', async () => {
  write('.docker/config.json', { auths: { 'ghcr.io': entry('u:p:q'), 'https://index.docker.io/v1/': entry('hub:h') } })
  expect(await find('ghcr.io')).toEqual(password('u', 'p:q'))
  expect(await find('docker.io')).toEqual(password('hub', 'h'))
})

it('prefers REGISTRY_AUTH_FILE to DOCKER_CONFIG, and that to the home directory', async () => {
  write('.docker/config.json', { auths: { r: entry('home:1') } })
  write('other/config.json', { auths: { r: entry('docker:2') } })
  const file = write('auth.json', { auths: { r: entry('file:3') } })
  expect(await find('r')).toEqual(password('home', '1'))
  expect(await find('r', { DOCKER_CONFIG: join(home, 'other') })).toEqual(password('docker', '2'))
  expect(await find('r', { DOCKER_CONFIG: join(home, 'other'), REGISTRY_AUTH_FILE: file })).toEqual(
    password('file', '3'),
  )
})

it('prefers the login of the repository, as podman does', async () => {
  write('.config/containers/auth.json', { auths: { 'quay.io': entry('all:1'), 'quay.io/a': entry('part:2') } })
  expect(await find('quay.io', {}, 'a/b')).toEqual(password('part', '2'))
  expect(await find('quay.io', {}, 'c/b')).toEqual(password('all', '1'))
})

it('takes an identity token for a refresh token', async () => {
  write('.docker/config.json', { auths: { r: { ...entry('u:'), identitytoken: 'secret' } } })
  expect(await find('r')).toEqual({ kind: 'refresh-token', token: 'secret' })
})

it('asks the credential helper of the registry, then the store', async () => {
  const helper =
    '#!/bin/sh\nread key\n[ "$1" = get ] && printf \'{"ServerURL":"%s","Username":"%s","Secret":"s"}\' "$key" "$key"\n'
  for (const name of ['one', 'two'])
    chmodSync(write(`bin/docker-credential-${name}`, helper.replace('"s"', `"${name}"`)), 0o755)
  write('.docker/config.json', { credsStore: 'two', credHelpers: { 'ghcr.io': 'one' } })
  const env = { PATH: `${home}/bin:${process.env['PATH']}` }
  expect(await find('ghcr.io', env)).toEqual(password('ghcr.io', 'one'))
  expect(await find('docker.io', env)).toEqual(password('https://index.docker.io/v1/', 'two'))
})

it('goes on without a helper that fails or does not exist', async () => {
  chmodSync(write('bin/docker-credential-sad', '#!/bin/sh\necho credentials not found; exit 1\n'), 0o755)
  write('.docker/config.json', {
    credsStore: 'sad',
    credHelpers: { r: 'absent' },
    auths: { r: entry('u:p'), s: entry('v:q') },
  })
  const env = { PATH: `${home}/bin:${process.env['PATH']}` }
  expect(await find('r', env)).toEqual(password('u', 'p'))
  expect(await find('s', env)).toEqual(password('v', 'q'))
})

it('names a file that is not JSON without quoting it', async () => {
  write('.docker/config.json', '{"auths": hunter2}')
  const error = await find('r').catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'config-invalid' })
  expect(String(error)).not.toContain('hunter2')
})
