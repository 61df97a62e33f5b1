import {
  type AuthEntry,
  type AuthFile,
  authFilePaths,
  type CredentialFacts,
  readAuthFile,
  writeAuths,
} from './auth-file.ts'
import { eraseFromHelper, listHelper, tellHelper } from './credential-helper.ts'
import { fromFile } from './credentials.ts'
import { credentialKeys } from './endpoint.ts'

/** Where a login went: the file, and the helper that keeps the password where there is one. */
export interface StoredLogin {
  readonly path: string
  readonly helper?: string
}

/**
 * Keeps a login where docker does: with the helper that its configuration names, else in the file itself. REGISTRY_AUTH_FILE
 * is honoured. Rejects with `config-invalid` when the file or the helper cannot take it.
 */
export async function storeLogin(
  registry: string,
  login: { readonly username: string; readonly password: string },
  facts: CredentialFacts,
): Promise<StoredLogin> {
  const file = await loginFile(facts)
  const [key = registry] = credentialKeys(registry)
  const helper = helperFor(file, registry)
  const others = withoutKeys(file, credentialKeys(registry))
  if (helper !== undefined) {
    await tellHelper(helper, { key, ...login }, facts.env)
    // Docker leaves an empty entry as a mark that there is a login.
    await writeAuths(file, { ...others, [key]: {} })
    return { path: file.path, helper }
  }
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  await writeAuths(file, { ...others, [key]: { auth } })
  return { path: file.path }
}

/** What a logout came to. */
export interface ErasedLogin {
  /** As the file names the registries. */
  readonly erased: readonly string[]
  /** A file of another program that has a login for the registry, too. */
  readonly remaining?: string
}

/** Forgets the login for a registry, in the file where `storeLogin` keeps it and with its helper. */
export async function eraseLogin(registry: string, facts: CredentialFacts): Promise<ErasedLogin> {
  const file = await loginFile(facts)
  const keys = credentialKeys(registry)
  const known = (await fromFile(file, registry, '', facts.env)) !== undefined
  const helper = helperFor(file, registry)
  if (helper !== undefined) for (const key of keys) await eraseFromHelper(helper, key, facts.env)
  if (keys.some((key) => file.auths[key] !== undefined)) await writeAuths(file, withoutKeys(file, keys))
  const remaining = await otherFileWith(registry, facts)
  return { erased: known ? [registry] : [], ...(remaining === undefined ? {} : { remaining }) }
}

/** Forgets all logins of the file where `storeLogin` keeps them, and those of its helpers. */
export async function eraseAllLogins(facts: CredentialFacts): Promise<ErasedLogin> {
  const file = await loginFile(facts)
  const erased = new Set(Object.keys(file.auths))
  const helpers = new Set([
    ...(file.credsStore === undefined ? [] : [file.credsStore]),
    ...Object.values(file.credHelpers),
  ])
  for (const helper of helpers) {
    for (const key of await listHelper(helper, facts.env)) {
      await eraseFromHelper(helper, key, facts.env)
      erased.add(key)
    }
  }
  if (Object.keys(file.auths).length > 0) await writeAuths(file, {})
  return { erased: [...erased] }
}

async function loginFile(facts: CredentialFacts): Promise<AuthFile> {
  const [path] = authFilePaths(facts)
  return (await readAuthFile(path)) ?? { path, auths: {}, credHelpers: {}, document: {} }
}

function helperFor(file: AuthFile, registry: string): string | undefined {
  return (
    credentialKeys(registry)
      .map((key) => file.credHelpers[key])
      .find((name) => name !== undefined) ?? file.credsStore
  )
}

function withoutKeys(file: AuthFile, keys: readonly string[]): Readonly<Record<string, AuthEntry>> {
  return Object.fromEntries(Object.entries(file.auths).filter(([key]) => !keys.includes(key)))
}

async function otherFileWith(registry: string, facts: CredentialFacts): Promise<string | undefined> {
  for (const path of authFilePaths(facts).slice(1)) {
    const file = await readAuthFile(path).catch(() => undefined)
    if (file !== undefined && (await fromFile(file, registry, '', facts.env)) !== undefined) return path
  }
  return undefined
}
