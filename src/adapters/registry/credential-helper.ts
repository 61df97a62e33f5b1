import { spawn } from 'node:child_process'
import { SlipwayError } from '../../core/index.ts'
import type { Credentials } from './auth-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

interface Outcome {
  readonly ok: boolean
  readonly output: string
  /** The program could not be started. */
  readonly missing: boolean
}

/** https://github.com/docker/docker-credential-helpers: the key on stdin, JSON on stdout. Undefined without an answer. */
export async function askHelper(name: string, key: string, env: Environment): Promise<Credentials | undefined> {
  if (!isHelperName(name)) return undefined
  const { ok, output } = await runHelper(name, 'get', { input: key, env })
  if (!ok) return undefined
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

/** Rejects with `config-invalid` when the helper fails; its output is not shown, because it may repeat the secret. */
export async function tellHelper(
  name: string,
  login: { readonly key: string; readonly username: string; readonly password: string },
  env: Environment,
): Promise<void> {
  const input = JSON.stringify({ ServerURL: login.key, Username: login.username, Secret: login.password })
  const outcome = isHelperName(name) ? await runHelper(name, 'store', { input, env }) : undefined
  if (outcome?.ok !== true) throw failure(name, `did not store the login for ${login.key}`, outcome)
}

/** Lets a helper forget a login; one that has none is content, whatever it says about it. */
export async function eraseFromHelper(name: string, key: string, env: Environment): Promise<void> {
  if ((await askHelper(name, key, env)) === undefined) return
  const outcome = await runHelper(name, 'erase', { input: key, env })
  if (!outcome.ok) throw failure(name, `did not erase the login for ${key}`, outcome)
}

/** The keys a helper has logins for; none when it does not say. */
export async function listHelper(name: string, env: Environment): Promise<readonly string[]> {
  if (!isHelperName(name)) return []
  const { ok, output } = await runHelper(name, 'list', { input: '', env })
  try {
    return ok ? Object.keys(JSON.parse(output) as object) : []
  } catch {
    return []
  }
}

function isHelperName(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name)
}

function failure(name: string, what: string, outcome: Outcome | undefined): SlipwayError {
  const program = `docker-credential-${name}`
  const why = outcome === undefined || outcome.missing ? `${program} cannot be started` : `${program} ${what}`
  return new SlipwayError('config-invalid', why, {
    hint: 'it is named by credsStore or credHelpers in the configuration of docker',
  })
}

function runHelper(
  name: string,
  action: 'get' | 'store' | 'erase' | 'list',
  { input, env }: { readonly input: string; readonly env: Environment },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, [action], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 30_000,
    })
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString('utf8')))
    child.on('error', () => resolve({ ok: false, output: '', missing: true }))
    child.on('close', (code) => resolve({ ok: code === 0, output, missing: false }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
