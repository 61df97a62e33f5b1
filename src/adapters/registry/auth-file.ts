import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'

export interface CredentialFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** How to log in. A refresh token (docker's `identitytoken`) is exchanged for access tokens. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh-token'; readonly token: string }

export interface AuthEntry {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}

export interface AuthFile {
  readonly path: string
  readonly auths: Readonly<Record<string, AuthEntry>>
  readonly credsStore?: string
  readonly credHelpers: Readonly<Record<string, string>>
  /** Everything in the file; what nobody here knows is written back as it was. */
  readonly document: Readonly<Record<string, unknown>>
}

/** Where logins are looked for, in this order: REGISTRY_AUTH_FILE alone, else docker's file, then podman's. */
export function authFilePaths({ env, home }: CredentialFacts): readonly [string, ...string[]] {
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

/** Undefined when the file cannot be read. Rejects with `config-invalid` when it is not JSON. */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let content: string
  try {
    content = await readFile(path, 'utf8')
  } catch {
    return undefined
  }
  const document = content.trim() === '' ? {} : decode(path, content)
  const { auths, credHelpers, credsStore } = document as {
    auths?: AuthFile['auths'] | null
    credsStore?: unknown
    credHelpers?: AuthFile['credHelpers'] | null
  }
  return {
    path,
    auths: auths ?? {},
    credHelpers: credHelpers ?? {},
    ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
    document,
  }
}

function decode(path: string, content: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(content)
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document }
  } catch {
    // The parser's message quotes the text, and the text may be a password.
  }
  throw new SlipwayError('config-invalid', `${path} is not a JSON object`, {
    hint: 'repair it, or remove it and log in again',
  })
}

/**
 * Replaces the logins of a file and keeps all its other members. Readers see the old file or the new one, and nobody but its
 * owner can read it. A link stays a link. Rejects with `config-invalid` when the file cannot be written.
 */
export async function writeAuths(file: AuthFile, auths: AuthFile['auths']): Promise<void> {
  const { auths: _, ...rest } = file.document
  const text = `${JSON.stringify({ auths, ...rest }, undefined, '\t')}\n`
  let draft: string | undefined
  try {
    const path = await realpath(file.path).catch(() => file.path)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    draft = `${path}.${randomUUID().slice(0, 8)}`
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, path)
  } catch (cause) {
    if (draft !== undefined) await rm(draft, { force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SlipwayError('config-invalid', `cannot write ${file.path}: ${reason}`, {
      cause,
      hint: 'choose another file with --authfile or REGISTRY_AUTH_FILE',
    })
  }
}
