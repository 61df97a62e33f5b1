import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { mayBeIn, resultsOf } from './build-results.ts'
import { landsAt } from './landing-places.ts'
import { broughtBy, isWithin, withoutSlash } from './origins.ts'
import { runSteps } from './steps.ts'

/**
 * Whether a path may be there at the end of a stage: its base may have it, something copies it, a command may write it. A
 * command that nobody knows may write anything, so `false` means that all that happens in the stage is known.
 */
export function mayExist(facts: Facts, stage: StageModel, path: string, depth = 0): boolean {
  const wanted = withoutSlash(path)
  if (depth > 10 || wanted.includes('$') || baseMayHave(stage, wanted)) return true
  if (isWithin(stage.end.cwd, wanted)) return true
  if (stage.history.some((step) => step.kind === 'WORKDIR' && isWithin(step.text?.value ?? '/', wanted))) return true
  return (
    stage.history.some((step) => step.trigger || step.kind === 'ADD' || mayBring(facts, step, wanted, depth)) ||
    runSteps(stage.history).some((step) => mayWrite(facts, stage, step, wanted))
  )
}

/** Directories that images have, or that belong to their tools. */
const ofImages =
  /^\/(?:bin|boot|dev|etc|home|lib|lib32|lib64|libx32|proc|root(?!\/\.local)|run|sbin|sys|usr|var|go|data|cargo|rust|nix|opt\/(?:java|jdk|maven|gradle|conda|yarn|bitnami|microsoft|sbt|zulu|ibm)[^/]*|docker-entrypoint[^/]*|__cacert_entrypoint.sh)(?:\/|$)/

/** A directory that a WORKDIR of the file made is new, wherever it lies, when the image is one whose content is known. */
function baseMayHave({ base, history }: StageModel, path: string): boolean {
  if (!base.known && !base.isEmpty) return true
  if (base.isEmpty || !ofImages.test(path)) return false
  const made = history.some((step) => {
    const directory = step.kind === 'WORKDIR' ? (step.text?.value ?? '/') : '/'
    // `WORKDIR /usr/src/app` is new, `WORKDIR /usr/local` is not.
    return (
      directory !== base.workdir &&
      directory.split('/').length > 2 &&
      !shallow.test(directory) &&
      isWithin(path, directory)
    )
  })
  return !made
}

const shallow =
  /^\/(?:usr\/(?:local|share|lib|bin|src)(?:\/(?:bin|lib|share|include|etc))?|var\/(?:lib|cache|log|www)|opt\/\w*|etc\/\w+|root\/\.\w+)$/

function mayBring(facts: Facts, step: StepModel, path: string, depth: number): boolean {
  const { transfer } = step
  if (transfer === undefined) return false
  if (transfer.from.kind === 'context') {
    const { project } = facts
    if (transfer.sources.some(({ kind }) => kind !== 'path')) return isWithin(path, transfer.destination)
    if (project === undefined || project.truncated)
      return broughtBy({ ...step.stage, history: [step] }, path).length > 0
    return project.files.some((file) => {
      if (file.ignored) return false
      const place = landsAt(transfer, file.path)
      if (place === undefined) return false
      return isWithin(place, path) || (file.kind !== 'file' && isWithin(path, place) && file.kind !== 'directory')
    })
  }
  const origins = broughtBy({ ...step.stage, history: [step] }, path)
  if (transfer.from.kind !== 'stage') return origins.length > 0
  const { stage } = transfer.from
  return origins.some(({ source }) => source === undefined || mayExist(facts, stage, source.path, depth + 1))
}

function mayWrite(facts: Facts, stage: StageModel, step: ReturnType<typeof runSteps>[number], path: string): boolean {
  const { script, actions, form } = step.command
  if (script.broken || (form === 'shell' && script.commands.length === 0)) return true
  // What is bound into a step comes from elsewhere; a cache is gone when the step ends.
  const gone = step.mounts.some(
    ({ target, mount }) => mount.type !== 'secret' && mount.type !== 'ssh' && isWithin(path, target),
  )
  if (gone) return true
  return actions.some((action) => writes(facts, stage, action, path))
}

function writes(facts: Facts, stage: StageModel, action: Action, path: string): boolean {
  const near = (made: string): boolean => isWithin(made, path) || isWithin(path, made) || !made.startsWith('/')
  switch (action.kind) {
    case 'build': {
      const results = resultsOf(facts, stage, action)
      return results === undefined || mayBeIn(results, path)
    }
    case 'install':
      return installs(facts, action, path)
    case 'make-directory':
    case 'write':
      return action.paths.some((made) => isWithin(made, path) || !made.startsWith('/'))
    case 'copy':
    case 'move':
    case 'link':
      return near(action.destination)
    case 'download':
      return action.output === undefined ? action.command.pipe === undefined : near(action.output)
    case 'refresh-index':
    case 'uninstall':
    case 'prune-dev':
    case 'clean-cache':
    case 'delete':
    case 'chown':
    case 'chmod':
    case 'strip':
    case 'create-group':
      return false
    case 'create-user':
      return action.home !== undefined && near(action.home)
    case 'test':
      return action.tool !== 'go'
    case 'other':
      return virtualEnvironmentOf(action)?.some(near) ?? !isHarmless(action)
    default:
      return true
  }
}

function installs(facts: Facts, action: Extract<Action, { readonly kind: 'install' }>, path: string): boolean {
  const { manager, scope, directory, noScripts, subcommand } = action
  if (scope === 'system') return false
  if (scope === 'user') return isWithin(path, '/root/.local') || isRedirected(action)
  if (scope === 'global') return !path.startsWith('/root/.local') && isRedirected(action)
  if (directory === undefined) return true
  if (scope === 'prefix') return isWithin(path, directory) || isWithin(directory, path)
  const made = treesOf[manager]
  if (made === undefined) return !subcommand.startsWith('mod ') && manager !== 'cargo' && manager !== 'maven'
  if (!noScripts && hasHooks(facts)) return true
  return made.some((name) => {
    const tree = posix.join(directory, name)
    return isWithin(path, tree) || isWithin(tree, path)
  })
}

/** Variables put programs somewhere else than usual: GOBIN, a prefix of npm. */
function isRedirected({ command: { variables, assignments } }: Action): boolean {
  const set = [...variables.keys(), ...assignments.map(({ name }) => name)]
  return set.some((name) => redirections.test(name))
}

const redirections =
  /^(?:GOBIN|GOPATH|PNPM_HOME|CARGO_INSTALL_ROOT|CARGO_HOME|GEM_HOME|PYTHONUSERBASE|npm_config_prefix|NPM_CONFIG_PREFIX|PIP_.*|PIPX_.*|UV_.*)$/

/** What managers put beside a manifest. */
const treesOf: Readonly<Record<string, readonly string[]>> = {
  npm: ['node_modules', 'package-lock.json'],
  yarn: ['node_modules', '.yarn', '.pnp.cjs', 'yarn.lock'],
  pnpm: ['node_modules', 'pnpm-lock.yaml'],
  bun: ['node_modules', 'bun.lock'],
  pip: ['lib', 'bin', '*.egg-info'],
  uv: ['.venv', 'uv.lock'],
  poetry: ['.venv'],
  pipenv: ['.venv'],
  pdm: ['.venv', '__pypackages__'],
  gradle: ['.gradle', 'build'],
  dotnet: ['obj', 'bin'],
}

/** Scripts that run when packages are installed: they may build everything. */
function hasHooks({ project }: Facts): boolean {
  return (project?.node ?? []).some(({ scripts }) =>
    ['preinstall', 'install', 'postinstall', 'prepare'].some((name) => scripts.has(name)),
  )
}

/** Programs that write nothing that anybody would copy. */
const harmless = new Set(
  (
    'echo printf true false : test [ set cd export unset ls cat pwd which command type id whoami uname date env sleep exit ' +
    'head tail wc grep egrep sed sort file ldd readelf objdump du df ldconfig corepack update-ca-certificates apt-mark ' +
    'rustup locale-gen dpkg-reconfigure ulimit umask trap shopt wait exec'
  ).split(' '),
)

/** `python -m venv DIRECTORY`, `virtualenv DIRECTORY`, `uv venv DIRECTORY`. */
function virtualEnvironmentOf({ command }: Action): readonly string[] | undefined {
  const { program, args, cwd = '/' } = command
  const at =
    /^python[\d.]*$/.test(program) && args[0] === '-m' && args[1] === 'venv'
      ? 2
      : program === 'uv' && args[0] === 'venv'
        ? 1
        : program === 'virtualenv'
          ? 0
          : -1
  if (at < 0) return undefined
  const named = args.slice(at).filter((word) => !word.startsWith('-'))
  return (named.length === 0 ? ['.venv'] : named).map((word) => posix.resolve(cwd, word))
}

function isHarmless({ command }: Action): boolean {
  const { program, args } = command
  const [first = ''] = args
  if (harmless.has(program)) return true
  if (program === 'go') return /^(?:version|env|vet|fmt|list|clean)$/.test(first)
  if (/^(?:npm|yarn|pnpm)$/.test(program))
    return (
      /^(?:config|set|version|--version|-v|audit|ls|list|outdated)$/.test(first) ||
      /^(?:lint|typecheck|type-check)$/.test(args[1] ?? first)
    )
  if (program === 'poetry' || program === 'pip' || program === 'uv')
    return /^(?:config|--version|list|check|show|self)$/.test(first)
  return program === 'git' && first === 'config'
}
