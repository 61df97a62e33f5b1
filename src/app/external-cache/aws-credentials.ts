import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { AwsCredentials, CacheAttributes } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'

export interface CredentialPlaces {
  readonly attributes: CacheAttributes
  readonly env: Readonly<Record<string, string | undefined>>
  /** The home directory, for `~/.aws`. */
  readonly home: string
}

/** Credentials and region of AWS as its programs find them. */
export interface AwsAccess {
  /** Undefined: nobody is named, requests go unsigned. */
  readonly credentials?: AwsCredentials
  /** Of the profile. */
  readonly region?: string
}

/**
 * Looks for keys in the options of the cache, in AWS_ACCESS_KEY_ID and its companions, and in the profile (AWS_PROFILE, or
 * `default`) of the shared credentials and config files. Throws `config-invalid` for a profile that is named and not there,
 * and for one whose keys come from somewhere that is not asked: roles, single sign-on, programs.
 */
export async function findAwsAccess({ attributes, env, home }: CredentialPlaces): Promise<AwsAccess> {
  const profile = await readProfile(env, home)
  const region = profile.values.get('region')
  const found =
    keysFrom((name) => attributes.get(name)) ??
    keysFrom((name) => env[`AWS_${name.toUpperCase()}`]) ??
    keysFrom((name) => profile.values.get(`aws_${name}`))
  if (found === undefined) refuseIndirection(profile)
  return { ...(found === undefined ? {} : { credentials: found }), ...(region === undefined ? {} : { region }) }
}

function keysFrom(read: (name: string) => string | undefined): AwsCredentials | undefined {
  const accessKeyId = read('access_key_id') ?? ''
  const secretAccessKey = read('secret_access_key') ?? ''
  const sessionToken = read('session_token') ?? ''
  if (accessKeyId === '' || secretAccessKey === '') return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) }
}

interface Profile {
  readonly name: string
  readonly values: ReadonlyMap<string, string>
}

async function readProfile(env: CredentialPlaces['env'], home: string): Promise<Profile> {
  const wanted = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || undefined
  const name = wanted ?? 'default'
  const files = {
    config: env['AWS_CONFIG_FILE'] || path.join(home, '.aws/config'),
    credentials: env['AWS_SHARED_CREDENTIALS_FILE'] || path.join(home, '.aws/credentials'),
  }
  const [config, credentials] = await Promise.all([readSections(files.config), readSections(files.credentials)])
  // Sections of the config file say `profile`, except for the default one.
  const configured = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined)
  const kept = credentials.get(name)
  if (wanted !== undefined && configured === undefined && kept === undefined) {
    throw new SlipwayError('config-invalid', `AWS_PROFILE names the profile ${wanted}, which is not there`, {
      hint: `it would be in ${files.credentials} or ${files.config}`,
    })
  }
  return { name, values: new Map([...(configured ?? []), ...(kept ?? [])]) }
}

async function readSections(file: string): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const sections = new Map<string, Map<string, string>>()
  let current = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (section !== undefined) {
      current = sections.get(section) ?? new Map()
      sections.set(section, current)
      continue
    }
    // Indented lines belong to a setting with parts of its own.
    const [, key, value] = /^([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) current.set(key.toLowerCase(), value)
  }
  return sections
}

function refuseIndirection({ name, values }: Profile): void {
  const [way] = ['role_arn', 'sso_session', 'sso_start_url', 'credential_process'].filter((key) => values.has(key))
  if (way === undefined) return
  throw new SlipwayError('config-invalid', `the AWS profile ${name} has no keys of its own but ${way}`, {
    hint: `put keys into the environment first: eval "$(aws configure export-credentials --profile ${name} --format env)"`,
  })
}
