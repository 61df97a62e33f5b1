import type { Facts } from '../facts.ts'
import { actionsIn } from './steps.ts'
import type { ShippedCode } from './shipped-code.ts'

/**
 * Packages among some shipped ones that ask the glibc of the stage where they were installed for what 2.34 has given new
 * versions: threads, dlopen, forkpty. They are compiled there, or the installer takes the wheel for a glibc as new as that.
 */
export function madeForStageGlibc(facts: Facts, code: ShippedCode): readonly string[] {
  const { what, names, madeBy, stage } = code
  if (madeBy === undefined || stage === undefined) return []
  const installs = actionsIn(stage.history, 'install').filter(({ step }) => step === madeBy)
  const words = installs.flatMap(({ action: { command } }) => command.args)
  if (what === 'node') {
    const all =
      words.some((word) => /^--build-from-source(?:=true)?$/.test(word)) ||
      installs.some(({ action }) => action.command.variables.get('npm_config_build_from_source') === 'true')
    return names.filter((name) => addons.has(name) || (all && addonsOnDemand.has(name)))
  }
  if (what !== 'python') return []
  const sources = fromSource(words)
  return names.filter(
    (name) =>
      programs.has(name) || (rusty.has(name) && (sources === 'all' || sources.has(name))) || takesNewWheel(facts, name),
  )
}

/** No binaries of them are published for Linux; node-rdkafka starts threads, node-pty calls forkpty. */
const addons = new Set(['node-rdkafka', 'node-pty'])
/** Compiled only when somebody asks for it; SQLite calls dlopen. */
const addonsOnDemand = new Set(['better-sqlite3', 'sqlite3', '@vscode/sqlite3'])
/** A program of its own, of which there are sources only. */
const programs = new Set(['uwsgi'])
/** Written in Rust, whose library has thread-local keys. */
const rusty = new Set(
  'cryptography bcrypt orjson pydantic-core rpds-py tiktoken tokenizers safetensors watchfiles jiter polars'.split(' '),
)

/** `--no-binary :all:`, `--no-binary=cryptography,orjson`. */
function fromSource(words: readonly string[]): 'all' | ReadonlySet<string> {
  const values = words.flatMap((word, index) => {
    if (/^--no-binary(?:-package)?$/.test(word)) return [words[index + 1] ?? '']
    return /^--no-binary(?:-package)?=/.test(word) ? [word.slice(word.indexOf('=') + 1)] : []
  })
  const names = values.flatMap((value) => value.split(','))
  return names.includes(':all:') ? 'all' : new Set(names.map((name) => name.toLowerCase().replaceAll('_', '-')))
}

/** The first versions with wheels for manylinux_2_34 beside those for older systems: pip takes the newest that fits where it runs. */
const newWheels: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  cryptography: [44, 0],
  bcrypt: [4, 3],
}

/** Only where a list of requirements itself says the version: what is in a lock file is not looked up. */
function takesNewWheel({ project }: Facts, name: string): boolean {
  const since = Object.hasOwn(newWheels, name) ? newWheels[name] : undefined
  if (since === undefined) return false
  const manifests = project?.python.filter(({ requirements }) => requirements.some((one) => one.name === name)) ?? []
  return manifests.some(
    ({ kind, lock, requirements }) =>
      kind === 'requirements' &&
      lock === undefined &&
      requirements.some((one) => one.name === name && isAtLeast(one.text, since)),
  )
}

function isAtLeast(requirement: string, [major, minor]: readonly [number, number]): boolean {
  const [, first, second = '0'] = /==\s*(\d+)(?:\.(\d+))?/.exec(requirement) ?? []
  return first !== undefined && (Number(first) > major || (Number(first) === major && Number(second) >= minor))
}
