import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { credentialKeys } from './endpoint.ts'

/** How to log in. A refresh token (docker's `identitytoken`) is exchanged for access tokens. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh-token'; readonly token: string }

export interface CredentialFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

interface AuthEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

interface AuthFile {
  readonly path: string
  readonly auths: Readonly<Record<string, AuthEntry>>
  readonly credsStore?: string
  readonly credHelpers: Readonly<Record<string, string>>
}

/**
 * What docker and podman would use for a registry: REGISTRY_AUTH_FILE, else docker's config.json (DOCKER_CONFIG), else
 * podman's auth.json; in a file `credHelpers`, then `credsStore`, then `auths` (for podman also by repository). Undefined
 * when there is nothing. A file that cannot be read as JSON is an error (`config-invalid`); a helper that fails is not.
 */
export async function findCredentials(
  registry: string,
  repository: string,
  facts: CredentialFacts,
): Promise<Credentials | undefined> {
  for (const path of authFilePaths(facts)) {
    const file = await readAuthFile(path)
    const found = file === undefined ? undefined : await fromFile(file, registry, repository, facts.env)
    if (found !== undefined) return found
  }
  return undefined
}

function authFilePaths({ env, home }: CredentialFacts): readonly string[] {
  const chosen = env['REGISTRY_AUTH_FILE']
  if (chosen !== undefined && chosen !== '') return [chosen]
  const docker = env['DOCKER_CONFIG']
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    join(docker === undefined || docker === '' ? join(home, '.docker') : docker, 'config.json'),
    ...(runtime === undefined || runtime === '' ? [] : [join(runtime, 'containers/auth.json')]),
    join(home, '.config/containers/auth.json'),
  ]
}

async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    const document = JSON.parse(content) as {
      auths?: AuthFile['auths']
      credsStore?: unknown
      credHelpers?: AuthFile['credHelpers']
    }
    const credsStore =
      typeof document.credsStore === 'string' && document.credsStore !== '' ? { credsStore: document.credsStore } : {}
    return { path, auths: document.auths ?? {}, credHelpers: document.credHelpers ?? {}, ...credsStore }
  } catch {
    // The parser's message quotes the text, and the text may be a password.
    throw new SlipwayError('config-invalid', `${path} is not JSON`, {
      hint: 'repair it, or log in again with docker login',
    })
  }
}

async function fromFile(
  file: AuthFile,
  registry: string,
  repository: string,
  env: CredentialFacts['env'],
): Promise<Credentials | undefined> {
  const keys = credentialKeys(registry)
  const helper = keys.map((key) => file.credHelpers[key]).find((name) => name !== undefined) ?? file.credsStore
  if (helper !== undefined) {
    for (const key of keys.slice(0, 2)) {
      const found = await askHelper(helper, key, env)
      if (found !== undefined) return found
    }
  }
  for (const key of [...repositoryKeys(registry, repository), ...keys]) {
    const entry = file.auths[key]
    const found = entry === undefined ? undefined : fromEntry(entry)
    if (found !== undefined) return found
  }
  return undefined
}

/** `quay.io/a/b`, `quay.io/a`: podman keeps logins for parts of a registry. */
function repositoryKeys(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/')
  return parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`)
}

function fromEntry(entry: AuthEntry): Credentials | undefined {
  if (entry.identitytoken !== undefined && entry.identitytoken !== '')
    return { kind: 'refresh-token', token: entry.identitytoken }
  const decoded = entry.auth === undefined ? '' : Buffer.from(entry.auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon > 0)
    return {
      kind: 'password',
      username: decoded.slice(0, colon),
      password: decoded.slice(colon + 1).replace(/\0+$/, ''),
    }
  if (entry.username === undefined || entry.password === undefined) return undefined
  return { kind: 'password', username: entry.username, password: entry.password }
}

/** https://github.com/docker/docker-credential-helpers: the key on stdin, JSON on stdout. */
async function askHelper(name: string, key: string, env: CredentialFacts['env']): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return undefined
  const output = await runHelper(`docker-credential-${name}`, key, env)
  try {
    const { Username, Secret } = JSON.parse(output) as { Username?: unknown; Secret?: unknown }
    if (typeof Username !== 'string' || typeof Secret !== 'string' || Secret === '') return undefined
    return Username === '<token>'
      ? { kind: 'refresh-token', token: Secret }
      : { kind: 'password', username: Username, password: Secret }
  } catch {
    return undefined
  }
}

function runHelper(command: string, input: string, env: CredentialFacts['env']): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], timeout: 30_000 })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString('utf8')))
    child.on('error', () => resolve(''))
    child.on('close', (code) => resolve(code === 0 ? output : ''))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
