import type { Facts, StageModel } from '../facts.ts'
import { isWithin } from './origins.ts'
import { contextDirectoryOf, inDirectory, textIn } from './manifest-at.ts'
import { isPythonTree, pythonPackagesOf } from './python-installs.ts'
import { compiledGems, compiledWheels } from './compiled-packages.ts'
import { needsLibraries } from './package-libraries.ts'
import { phpExtensions } from './php-extensions.ts'
import { runCommandsOf } from './run-commands-of.ts'
import type { Libc, MadeCode } from './made-code.ts'
import { nodeManagers } from './node-trees.ts'
import { actionsIn, type StepAction } from './steps.ts'

/** The packages with machine code that installations of a stage leave at a path of it, or below. */
export function shippedPackages(facts: Facts, stage: StageModel, path: string): readonly MadeCode[] {
  return [...node(facts, stage, path), ...python(facts, stage, path), ...ruby(facts, stage, path), ...php(stage, path)]
}

function node(facts: Facts, stage: StageModel, path: string): readonly MadeCode[] {
  return actionsIn(stage.history, 'install').flatMap(({ action, step }): readonly MadeCode[] => {
    if (!nodeManagers.has(action.manager) || action.scope !== 'project') return []
    const directory = action.directory ?? action.command.cwd
    if (
      directory === undefined ||
      !['node_modules', '.yarn'].some((name) => touches(`${directory === '/' ? '' : directory}/${name}`, path))
    )
      return []
    const place = contextDirectoryOf(facts, stage, { directory, kind: 'node' })
    const all = facts.project?.node ?? []
    const manifest = inDirectory(all, place) ?? (all.length === 1 ? all[0] : undefined)
    const native = (manifest?.native ?? []).filter(
      ({ name, dev, coversBothLibcs }) => !dev && !coversBothLibcs && !builders.test(name),
    )
    if (native.length === 0) return []
    return [{ what: 'node', names: native.map(({ name }) => name), madeBy: step, ...linked(stage, { action, step }) }]
  })
}

/** Bundlers and compilers: what they have made runs without them. */
const builders =
  /^(?:rollup|rolldown|lightningcss|oxlint|@(?:swc|rspack|parcel|biomejs|ast-grep|rollup|tailwindcss)\/.*|node-sass|vite|turbo|fsevents)$/

const pythonManagers = new Set(['pip', 'uv', 'poetry', 'pipenv', 'pdm'])

function python(facts: Facts, stage: StageModel, path: string): readonly MadeCode[] {
  const installs = actionsIn(stage.history, 'install').filter(({ action }) => pythonManagers.has(action.manager))
  return installs.flatMap(({ action, step }): readonly MadeCode[] => {
    if (!isPythonTree(stage, action, path)) return []
    const all = pythonPackagesOf(facts, stage, action)
    const names = all.filter((name) => compiledWheels.has(name) || compiledWheels.has(name.replace(/\[.*/, '')))
    // Pure ones that load a library of the system.
    const pure = all.filter((name) => !names.includes(name) && needsLibraries('python', name))
    const code = { what: 'python', madeBy: step } as const
    return [
      ...(names.length === 0 ? [] : [{ ...code, names, ...linked(stage, { action, step }) }]),
      ...(pure.length === 0 ? [] : [{ ...code, names: pure, isStatic: false, isCross: true }]),
    ]
  })
}

function ruby(facts: Facts, stage: StageModel, path: string): readonly MadeCode[] {
  return actionsIn(stage.history, 'install').flatMap(({ action, step }): readonly MadeCode[] => {
    if (action.manager !== 'bundler') return []
    const directory = action.directory ?? action.command.cwd ?? '/'
    const home = action.command.variables.get('BUNDLE_PATH') ?? stage.base.env.get('GEM_HOME') ?? '/usr/local/bundle'
    if (!touches(`${directory}/vendor/bundle`, path) && !touches(home, path)) return []
    const names = gemsOf(facts, stage, directory).filter((name) => compiledGems.has(name))
    return names.length === 0 ? [] : [{ what: 'ruby', names, madeBy: step, ...linked(stage, { action, step }) }]
  })
}

/** Gems that the lock file lists, or the Gemfile without one. */
function gemsOf(facts: Facts, stage: StageModel, directory: string): readonly string[] {
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'gem' }) ?? ''
  const locked = textIn(facts.project, place, 'Gemfile.lock')
  if (locked !== undefined) return [...locked.matchAll(/^ {4}([\w.-]+) \(/gm)].map(([, name = '']) => name)
  return [...(textIn(facts.project, place, 'Gemfile') ?? '').matchAll(/^\s*gem\s+["']([\w.-]+)["']/gm)].map(
    ([, name = '']) => name,
  )
}

function php(stage: StageModel, path: string): readonly MadeCode[] {
  if (!touches('/usr/local/lib/php/extensions', path)) return []
  return runCommandsOf(stage).flatMap(({ step, command }): readonly MadeCode[] => {
    const names =
      command.program === 'install-php-extensions'
        ? command.args.filter((arg) => !/^[-$]/.test(arg))
        : phpExtensions(command)
    return names.length === 0 ? [] : [{ what: 'php', names, madeBy: step, isCross: false, ...libcOf(stage) }]
  })
}

/** For which libc and platform packages are fetched: those of the stage, unless the command line says otherwise. */
function linked(stage: StageModel, { action }: StepAction<'install'>): Pick<MadeCode, 'isStatic' | 'libc' | 'isCross'> {
  const { args, variables } = action.command
  const words = [...args, ...['npm_config_libc', 'npm_config_platform'].map((name) => variables.get(name) ?? '')].join(
    ' ',
  )
  const isCross =
    /--(?:cpu|arch|target_arch)[= ]|--python-platform|--platform[= ]/.test(words) ||
    ['npm_config_arch', 'npm_config_target_arch', 'npm_config_cpu'].some((name) => variables.has(name))
  const told: Libc | undefined = /musl/.test(words)
    ? 'musl'
    : /glibc|manylinux|linux-gnu/.test(words)
      ? 'glibc'
      : undefined
  return { isCross, ...(told === undefined ? libcOf(stage) : { isStatic: false, libc: told }) }
}

function libcOf({ base: { libc } }: StageModel): Pick<MadeCode, 'isStatic' | 'libc'> {
  return libc === 'glibc' || libc === 'musl' ? { isStatic: false, libc } : { isStatic: false }
}

/** One of them lies in the other. */
function touches(tree: string, path: string): boolean {
  return isWithin(tree, path) || isWithin(path, tree)
}
