import { readFileSync, statSync } from 'node:fs'
import { type Location, nearest, SlipwayError } from '../../core/index.ts'
import { proxyEnvironment } from '../../plan/index.ts'
import type { StepSecrets } from '../../solver/index.ts'

/** BuildKit's limit for one secret: 500 KiB. */
const largestSecret = 500 * 1024

export interface SecretOptions {
  /** `id=npm,src=.npmrc` or `id=token,env=TOKEN`, as written on the command line. */
  readonly secret: readonly string[]
  /** `default` or `id=socket-or-key[,key…]`. */
  readonly ssh: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Proxies among them win over those of the environment and over variables of the image. */
  readonly buildArgs: Readonly<Record<string, string>>
}

/**
 * Reads what `--secret`, `--ssh` and the proxy variables name. Values stay in memory.
 * Throws `bad-option-value` for a wrong specification, `secret-missing` and `ssh-missing` for a source that is not there.
 */
export function readStepSecrets(options: SecretOptions): StepSecrets {
  return {
    secrets: Object.fromEntries(options.secret.map((spec) => readSecret(spec, options.env))),
    ssh: Object.fromEntries(options.ssh.map((spec) => readSsh(spec, options.env))),
    proxyEnv: machineProxies(options),
    givenProxyEnv: proxyEnvironment(options.buildArgs),
  }
}

/** What a step needs and nobody gave. `origin` is the RUN line. */
export interface NeededSecret {
  readonly kind: 'secret' | 'ssh'
  readonly id: string
  readonly required: boolean
  readonly origin: readonly Location[]
}

/** Fails before anything is built when a required secret was not given, with the flag that gives it. */
export function requireSecrets(needed: readonly NeededSecret[], given: StepSecrets): void {
  for (const one of needed) {
    if (!one.required) continue
    const known = one.kind === 'secret' ? given.secrets : given.ssh
    if (one.id in known) continue
    const [close] = nearest(one.id, Object.keys(known), 1)
    const flag = one.kind === 'secret' ? `--secret id=${one.id},src=FILE (or ,env=NAME)` : sshFlag(one.id)
    throw new SlipwayError(
      one.kind === 'secret' ? 'secret-missing' : 'ssh-missing',
      `the step requires the ${one.kind} "${one.id}", which was not given`,
      {
        at: one.origin,
        hint: close === undefined ? `add ${flag}` : `"${close}" was given: did you mean that? otherwise add ${flag}`,
      },
    )
  }
}

function sshFlag(id: string): string {
  return id === 'default' ? '--ssh default' : `--ssh ${id}=SOCKET_OR_KEY`
}

function readSecret(spec: string, env: SecretOptions['env']): [string, Uint8Array] {
  const fields = secretFields(spec)
  const id = fields['id']
  if (id === undefined || id === '')
    throw badOption('--secret', spec, 'it has no id', 'write --secret id=NAME,src=FILE')
  const named = env[id] === undefined ? { file: id } : { variable: id }
  const source =
    fields['env'] !== undefined
      ? { variable: fields['env'] }
      : fields['src'] !== undefined
        ? { file: fields['src'] }
        : named
  return [
    id,
    'variable' in source
      ? secretFromVariable(id, source.variable as string, env)
      : secretFromFile(id, source.file as string),
  ]
}

function secretFields(spec: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const field of spec.split(',')) {
    const equals = field.indexOf('=')
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase()
    const name = key === 'source' ? 'src' : key
    if (equals < 0 || !['id', 'src', 'env', 'type'].includes(name)) {
      throw badOption('--secret', spec, `it has the unknown field "${key}"`, 'the fields are id, src, env and type')
    }
    fields[name] = field.slice(equals + 1)
  }
  if (fields['type'] === 'env' && fields['env'] === undefined && fields['src'] !== undefined)
    fields['env'] = fields['src']
  return fields
}

function secretFromVariable(id: string, variable: string, env: SecretOptions['env']): Uint8Array {
  const value = env[variable]
  if (value === undefined) {
    throw new SlipwayError('secret-missing', `secret "${id}": the environment variable ${variable} is not set`, {
      hint: `set ${variable}, or give a file with --secret id=${id},src=FILE`,
    })
  }
  return Buffer.from(value)
}

function secretFromFile(id: string, file: string): Uint8Array {
  try {
    if (statSync(file).size > largestSecret)
      throw badOption(
        '--secret',
        `id=${id}`,
        `${file} is larger than 500 KiB`,
        'secrets are small; mount large data with --build-context',
      )
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause
    throw new SlipwayError('secret-missing', `secret "${id}": cannot read ${file}: ${(cause as Error).message}`, {
      hint: `check the path in --secret id=${id},src=${file}`,
      cause,
    })
  }
}

function readSsh(spec: string, env: SecretOptions['env']): [string, { socket?: string; keys?: readonly string[] }] {
  const equals = spec.indexOf('=')
  const id = equals < 0 ? spec : spec.slice(0, equals)
  const paths = equals < 0 ? [] : spec.slice(equals + 1).split(',')
  if (id === '') throw badOption('--ssh', spec, 'it has no id', 'write --ssh default or --ssh ID=SOCKET_OR_KEY')
  const first = paths[0] ?? env['SSH_AUTH_SOCK']
  if (first === undefined || first === '') {
    throw new SlipwayError('ssh-missing', `--ssh ${spec}: no agent is running (SSH_AUTH_SOCK is not set)`, {
      hint: `start one with: eval $(ssh-agent) && ssh-add, or give a key: --ssh ${id}=KEY_FILE`,
    })
  }
  try {
    return [id, statSync(first).isSocket() ? { socket: first } : { keys: paths }]
  } catch (cause) {
    throw new SlipwayError('ssh-missing', `--ssh ${spec}: cannot use ${first}: ${(cause as Error).message}`, {
      hint: 'check the path',
      cause,
    })
  }
}

/** A build argument in either spelling takes the place of the machine's proxy, also an empty one. */
function machineProxies({ env, buildArgs }: SecretOptions): readonly string[] {
  const given = new Set(Object.keys(buildArgs).map((name) => name.toUpperCase()))
  const others = Object.entries(env).filter(([name, value]) => value && !given.has(name.toUpperCase()))
  return proxyEnvironment(Object.fromEntries(others) as Record<string, string>)
}

function badOption(flag: string, spec: string, what: string, hint: string): SlipwayError {
  return new SlipwayError('bad-option-value', `${flag} ${spec}: ${what}`, { hint })
}
