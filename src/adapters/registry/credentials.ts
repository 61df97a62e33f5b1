import {
  type AuthEntry,
  type AuthFile,
  authFilePaths,
  type CredentialFacts,
  type Credentials,
  readAuthFile,
} from './auth-file.ts'
import { askHelper } from './credential-helper.ts'
import { credentialKeys } from './endpoint.ts'

export type { CredentialFacts, Credentials } from './auth-file.ts'

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

/** The login that a file and its helpers have for a registry or a repository of it. */
export async function fromFile(
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
