import { posix } from 'node:path'
import type { Build } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { type BuildAction, cargoTarget } from './build-results.ts'
import { linkageOfC } from './c-linkage.ts'
import { linkageOfGo } from './go-linkage.ts'
import { contextDirectoryOf } from './manifest-at.ts'
import { isWithin } from './origins.ts'
import { isUnknown } from './overlaps.ts'
import { linkageOfRust } from './rust-linkage.ts'
import type { Libc, Linkage, MadeCode } from './made-code.ts'
import { actionsIn, type StepAction } from './steps.ts'

/** The machine code that the builds of a stage leave at a path of it, or below. */
export function shippedPrograms(facts: Facts, stage: StageModel, path: string): readonly MadeCode[] {
  if (isData(path)) return []
  return actionsIn(stage.history, 'build').flatMap((build) => {
    const reader = Object.hasOwn(readers, build.action.tool) ? readers[build.action.tool] : undefined
    const code = reader?.(facts, stage, { ...build, path })
    if (code === undefined) return []
    return [{ isCross: build.action.targetArch !== undefined, madeBy: build.step, ...code }]
  })
}

type Found = Omit<MadeCode, 'isCross' | 'madeBy'> & { readonly isCross?: boolean }
type Question = StepAction<'build'> & { readonly path: string }
type Reader = (facts: Facts, stage: StageModel, question: Question) => Found | undefined

/** Files that are no machine code. */
function isData(path: string): boolean {
  return /\.(?:html?|css|m?js|cjs|ts|json|ya?ml|toml|xml|txt|md|jar|war|py|rb|php|sh|sql|wasm|pem|crt|conf|cfg|ini|proto|svg|png|zip|tar|gz|lock|mod|sum)$/.test(
    path,
  )
}

const readers: Readonly<Record<string, Reader>> = {
  go: (facts, stage, { action, step, path }) => {
    if (!isAt(goOutputs(stage, action), path) || action.script === 'generate') return undefined
    const contextDirectory = directoryIn(facts, stage, action, 'go')
    return {
      what: 'go',
      ...named(path),
      ...linkageOfGo(facts, stage, { action, step, contextDirectory }),
      ...place(contextDirectory),
    }
  },
  cargo: (facts, stage, question) => rust(facts, stage, question),
  rustc: (facts, stage, question) => rust(facts, stage, question),
  make: (facts, stage, question) => c(facts, stage, question),
  cmake: (facts, stage, question) => c(facts, stage, question),
  ninja: (facts, stage, question) => c(facts, stage, question),
  meson: (facts, stage, question) => c(facts, stage, question),
  gcc: (facts, stage, question) => c(facts, stage, question),
  cc: (facts, stage, question) => c(facts, stage, question),
  clang: (facts, stage, question) => c(facts, stage, question),
  'g++': (facts, stage, question) => c(facts, stage, question),
  'c++': (facts, stage, question) => c(facts, stage, question),
  'clang++': (facts, stage, question) => c(facts, stage, question),
  jlink: (_, stage, { action, path }) => dynamic(stage, action, { path, what: 'jlink' }),
  'native-image': (_, stage, { action, path }) => {
    const { args } = action.command
    const isStatic = action.static === true && !args.some((arg) => /DynamicLibC|static-nolibc/.test(arg))
    const found = dynamic(stage, action, { path, what: 'native-image' })
    return found === undefined || !isStatic ? found : { what: 'native-image', names: found.names, isStatic }
  },
  dotnet: (_, stage, question) => dotnet(stage, question),
  mix: (_, stage, { action, path }) => {
    if (action.script !== 'release' || action.directory === undefined) return undefined
    return isAt([`${action.directory}/_build`], path)
      ? { what: 'elixir', ...named(path), ...linkedLike(stage) }
      : undefined
  },
  ghc: (_, stage, { action, path }) => dynamic(stage, action, { path, what: 'c' }),
  deno: (_, stage, { action, path }) => {
    if (!action.command.args.includes('compile')) return undefined
    const found = dynamic(stage, action, { path, what: 'compiled-script' })
    return found === undefined ? undefined : { ...found, libc: 'glibc' }
  },
  bun: (_, stage, { action, path }) => {
    const { args } = action.command
    if (!args.includes('--compile')) return undefined
    const target = args.find((word) => /^(?:--target=)?bun-(?:linux|darwin|windows)-/.test(word))
    const found = dynamic(stage, action, { path, what: 'compiled-script' })
    if (found === undefined || target === undefined) return found
    return { ...found, isCross: true, isStatic: false, libc: target.includes('musl') ? 'musl' : 'glibc' }
  },
  pyinstaller: (_, stage, question) => frozenPython(stage, question),
  python: (_, stage, question) =>
    question.action.script === 'PyInstaller' ? frozenPython(stage, question) : undefined,
  crystal: (_, stage, { action, path }) => {
    const found = dynamic(stage, action, { path, what: 'c' })
    return found === undefined || action.static !== true ? found : { what: 'c', names: found.names, isStatic: true }
  },
  swift: (_, _stage, { action, path }) => {
    const { directory, outputs, command } = action
    // Its own library may be linked in; the C library is with these alone.
    if (command.args.some((word) => /static-executable|--swift-sdk|musl/.test(word))) return undefined
    const made = outputs.length > 0 || directory === undefined ? outputs : [`${directory}/.build`]
    return isAt(made, path) ? { what: 'compiled-script', ...named(path), isStatic: false, libc: 'glibc' } : undefined
  },
}

/** A program that unpacks an interpreter, which is linked like the one that it is made with. */
function frozenPython(stage: StageModel, { action, path }: Question): Found | undefined {
  const outputs =
    action.outputs.length > 0 ? action.outputs : action.directory === undefined ? [] : [`${action.directory}/dist`]
  return isAt(outputs, path) ? { what: 'compiled-script', ...named(path), ...linkedLike(stage) } : undefined
}

function rust(facts: Facts, stage: StageModel, { action, step, path }: Question): Found | undefined {
  if (/wasm/.test(action.targetArch ?? '')) return undefined
  const target = action.tool === 'cargo' ? cargoTarget(action) : undefined
  const outputs = [...(target === undefined ? [] : [target]), ...action.outputs, ...installRoot(stage, action)]
  if (!isAt(outputs, path) || /\/(?:site|doc|pkg)(?:\/|$)/.test(path)) return undefined
  const contextDirectory = directoryIn(facts, stage, action, 'rust')
  const linkage = linkageOfRust(facts, stage, { action, step, contextDirectory })
  return { what: 'rust', ...named(path), ...linkage, ...place(contextDirectory) }
}

function installRoot(stage: StageModel, { command, outputs }: BuildAction): readonly string[] {
  if (!command.args.includes('install') || outputs.length > 0) return []
  return [`${command.variables.get('CARGO_HOME') ?? stage.base.env.get('CARGO_HOME') ?? '/usr/local/cargo'}/bin`]
}

function c(facts: Facts, stage: StageModel, { action, step, path }: Question): Found | undefined {
  const outputs = cOutputs(action)
  if (outputs === undefined || !isAt(outputs, path)) return undefined
  const found = linkageOfC(facts, stage, { action, step })
  return found === undefined ? undefined : { ...named(path), ...found }
}

/** What `-o`, `DESTDIR` and `--prefix` name; builders without one write anywhere below their directory, or into /usr/local. */
function cOutputs({ tool, outputs, directory, command }: BuildAction): readonly string[] | undefined {
  if (/^(?:gcc|cc|clang|g\+\+|c\+\+|clang\+\+)$/.test(tool)) {
    if (command.args.some((arg) => /^-(?:c|E|S|M)$/.test(arg))) return undefined
    return outputs.length > 0 ? outputs : directory === undefined ? undefined : [`${directory}/a.out`]
  }
  const told = command.args.flatMap((arg) => /^(?:DESTDIR|PREFIX|prefix)=(\/.*)$/.exec(arg)?.[1] ?? [])
  const own = [directory ?? command.cwd, ...outputs, ...told].filter((one) => one !== undefined && one !== '/')
  const installs = command.args.some((arg) => /install/.test(arg)) && told.length === 0 ? ['/usr/local'] : []
  return [...(own as string[]), ...installs]
}

function goOutputs(stage: StageModel, { command, outputs, directory }: BuildAction): readonly string[] {
  if (command.args.includes('install'))
    return [
      command.variables.get('GOBIN') ??
        `${command.variables.get('GOPATH') ?? stage.base.env.get('GOPATH') ?? '/go'}/bin`,
    ]
  if (outputs.length > 0) return outputs
  return directory === undefined ? [] : [`${directory}/*`]
}

/** Whether something that is written at some paths is at, in or above another one. `/dir/*`: files in the directory. */
function isAt(outputs: readonly string[], path: string): boolean {
  return outputs.some((output) => {
    if (isUnknown(output)) return isWithin(fixedStart(output), path) || posix.dirname(output) === posix.dirname(path)
    if (output.endsWith('/*')) {
      const directory = output.slice(0, -2)
      return isWithin(directory, path) || (posix.dirname(path) === directory && !/\.\w+$/.test(path))
    }
    return isWithin(output, path) || isWithin(path, output) || isUnknown(path)
  })
}

function fixedStart(path: string): string {
  return posix.dirname(path.replace(/\$.*$/, 'x'))
}

function dynamic(
  stage: StageModel,
  action: Build & Pick<BuildAction, 'command'>,
  { path, what }: { readonly path: string; readonly what: MadeCode['what'] },
): Found | undefined {
  const outputs =
    action.outputs.length > 0 ? action.outputs : action.directory === undefined ? [] : [`${action.directory}/*`]
  return isAt(outputs, path) ? { what, ...named(path), ...linkedLike(stage) } : undefined
}

/** Dynamic, with the C library of the stage. */
function linkedLike({ base }: StageModel): Linkage {
  const { libc } = base
  return libc === 'glibc' || libc === 'musl' ? { isStatic: false, libc } : {}
}

/** A program that brings its runtime is machine code for one C library; what runs by `dotnet app.dll` is not. */
function dotnet(stage: StageModel, { action, path }: Question): Found | undefined {
  const { args } = action.command
  const rid = action.targetArch
  const own = args.some(
    (arg, index) => /^(?:--self-contained|--sc)(?:=true)?$/.test(arg) && args[index + 1] !== 'false',
  )
  const property = args.some((arg) => /^[-/]p:(?:PublishAot|PublishSingleFile|SelfContained)=true/i.test(arg))
  if (action.script !== 'publish' || (!own && !property)) return undefined
  if (!isAt(action.outputs.length > 0 ? action.outputs : [action.directory ?? '/none'], path)) return undefined
  const told: Libc | undefined = /musl/.test(rid ?? '')
    ? 'musl'
    : (rid ?? '').startsWith('linux-')
      ? 'glibc'
      : undefined
  return {
    what: 'dotnet',
    ...named(path),
    ...linkedLike(stage),
    ...(told === undefined ? {} : { isStatic: false, libc: told }),
  }
}

function directoryIn(
  facts: Facts,
  stage: StageModel,
  { directory }: BuildAction,
  kind: 'go' | 'rust',
): string | undefined {
  const found = directory === undefined ? undefined : contextDirectoryOf(facts, stage, { directory, kind })
  if (found !== undefined) return found
  const all = facts.project?.[kind] ?? []
  return all.length === 1 ? all[0]?.directory : undefined
}

function named(path: string): { readonly names: readonly string[] } {
  return { names: [posix.basename(path)] }
}

function place(contextDirectory: string | undefined): { readonly contextDirectory?: string } {
  return contextDirectory === undefined ? {} : { contextDirectory }
}
