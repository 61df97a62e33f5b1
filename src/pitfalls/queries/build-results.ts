import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { outputsOfBuilder } from './javascript-outputs.ts'
import { contextDirectoryOf, inDirectory, textIn } from './manifest-at.ts'
import { isWithin } from './origins.ts'
import { scriptActions } from './script-commands.ts'

/** A build of a step. */
export type BuildAction = Extract<Action, { readonly kind: 'build' }>

/** What a build writes, as far as its command line and the project's settings tell. */
export interface BuildResults {
  /** Files and directories, absolute. What is in a directory is made by the build. */
  readonly paths: readonly string[]
  /** Whether a path below one of `paths` is made; where nothing more is known, it is. */
  readonly has?: (path: string) => boolean
}

/** Where the build of a stage writes; undefined when it may write anywhere. */
export function resultsOf(facts: Facts, stage: StageModel, build: BuildAction): BuildResults | undefined {
  const { tool, directory } = build
  if (tool === 'cargo') return cargo(facts, stage, build)
  if (tool === 'go') return go(facts, stage, build)
  if (build.outputs.some((path) => !path.startsWith('/') || path.includes('$'))) return undefined
  if (tool === 'maven' || tool === 'gradle') return java(facts, stage, build)
  if (compilers.test(tool)) {
    if (build.outputs.length > 0) return { paths: build.outputs }
    return directory === undefined ? undefined : { paths: [`${directory}/a.out`] }
  }
  if (tool === 'dotnet') return dotnet(build)
  if (build.outputs.length > 0) return { paths: build.outputs }
  if (tool === 'python' && build.script === 'build' && directory !== undefined) return { paths: [`${directory}/dist`] }
  return javascript(facts, stage, build)
}

const compilers = /^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|tcc|c99)$/

/** Whether what a build writes may be at a path, in it, or hold it. */
export function mayBeIn({ paths, has }: BuildResults, path: string): boolean {
  return paths.some((made) => isWithin(made, path) || (isWithin(path, made) && (has?.(path) ?? true)))
}

/** The directory below which cargo writes. */
export function cargoTarget({ outputs, directory, command }: BuildAction): string | undefined {
  const set = command.variables.get('CARGO_TARGET_DIR')
  if (set !== undefined && set !== '') return posix.resolve(command.cwd ?? '/', set)
  const [told] = outputs
  if (told !== undefined) return told
  return directory === undefined ? undefined : posix.join(directory, 'target')
}

/** `target/release/NAME`, `target/TRIPLE/release/NAME`; other tools have files of their own there. */
function cargo(facts: Facts, stage: StageModel, build: BuildAction): BuildResults | undefined {
  const target = cargoTarget(build)
  const { command, directory, targetArch } = build
  if (target === undefined || directory === undefined || command.program !== 'cargo') return undefined
  if (command.args.some((word) => /^--(?:out-dir|artifact-dir|root|path|config|manifest-path)\b/.test(word)))
    return undefined
  if (!command.args.includes('build') && !command.args.includes('b')) return undefined
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'rust' })
  const settings = ['.cargo/config.toml', '.cargo/config'].some((name) => textIn(facts.project, place ?? '', name))
  const own = inDirectory(facts.project?.rust, place)
  const binaries = own === undefined || own.isWorkspace || own.binaries.length === 0 ? undefined : own.binaries
  const release = command.args.includes('--release') || command.args.includes('-r')
  const profile = command.args.some((word) => word.startsWith('--profile')) ? undefined : release ? 'release' : 'debug'
  const isTriple = targetArch !== undefined && !targetArch.includes('$') && targetArch.split('-').length > 2
  if (settings || (targetArch !== undefined && !isTriple)) return { paths: [target] }
  return {
    paths: [target],
    has: (path) => {
      const [first = '', ...rest] = posix.relative(target, path).split('/')
      const [inProfile, name] = isTriple ? [rest[0], rest[1]] : [first, rest[0]]
      if (isTriple && first === targetArch && rest.length === 0) return true
      // Build scripts and macros of a cross build are for the machine itself and lie in target/release.
      if (isTriple && first !== targetArch) return rest.length === 0
      if (profile !== undefined && inProfile !== profile) return false
      if (name === undefined || binaries === undefined || /[.*]|^(?:deps|build|examples|incremental)$/.test(name))
        return true
      return binaries.includes(name)
    },
  }
}

function go(facts: Facts, stage: StageModel, build: BuildAction): BuildResults | undefined {
  const { command, outputs, directory } = build
  if (command.args.includes('install')) return goInstalled(facts, stage, build)
  if (!command.args.includes('build')) return undefined
  const [output] = outputs
  const packages = command.args.filter((word) => /^\.{1,2}(?:\/|$)/.test(word))
  if (output !== undefined) {
    if (output.includes('$') || !output.startsWith('/')) return undefined
    // A directory that is there gets the programs by their names.
    return output.endsWith('/') || packages.some((word) => word.endsWith('/...')) || packages.length > 1
      ? { paths: [output] }
      : {
          paths: [output],
          has: (path) => path === output || (!/\.\w+$/.test(output) && isMadeDirectory(stage, output)),
        }
  }
  if (directory === undefined || packages.length > 1 || packages.some((word) => word.includes('...'))) return undefined
  const [only = '.'] = packages
  // Files, or a package by its whole path: the name comes from there.
  if (packages.length === 0 && command.args.some((word) => !word.startsWith('-') && /\.go$|\w\/\w/.test(word)))
    return undefined
  if (only !== '.' && only !== './') return { paths: [posix.join(directory, posix.basename(only))] }
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'go' })
  const module = /^module\s+(\S+)/m.exec(textIn(facts.project, place ?? '', 'go.mod') ?? '')?.[1]
  if (module === undefined || place === undefined) return undefined
  const parts = module.split('/').filter((part) => !/^v\d+$/.test(part))
  return { paths: [posix.join(directory, parts.at(-1) ?? '')] }
}

/** `go install`: programs of the module, by the names of their directories, below GOBIN or GOPATH. */
function goInstalled(facts: Facts, stage: StageModel, { command, directory }: BuildAction): BuildResults | undefined {
  const path = command.variables.get('GOPATH')
  const place = command.variables.get('GOBIN') ?? (path === undefined ? undefined : `${path}/bin`)
  if (place === undefined || directory === undefined || !place.startsWith('/') || place.includes('$')) return undefined
  const context = contextDirectoryOf(facts, stage, { directory, kind: 'go' })
  const module = /^module\s+(\S+)/m.exec(textIn(facts.project, context ?? '', 'go.mod') ?? '')?.[1]
  if (module === undefined) return undefined
  const parts = module.split('/').filter((part) => !/^v\d+$/.test(part))
  const programs = (facts.project?.files ?? [])
    .filter((file) => file.path.endsWith('.go'))
    .map((file) => posix.basename(posix.dirname(file.path)))
  const names = new Set([parts.at(-1) ?? '', ...programs])
  return { paths: [place], has: (made) => names.has(posix.basename(made)) }
}

/** `mkdir /out` before `go build -o /out`: the program goes into it. */
function isMadeDirectory(stage: StageModel, path: string): boolean {
  return stage.history.some(
    (step) =>
      (step.kind === 'WORKDIR' && isWithin(step.text?.value ?? '', path)) ||
      (step.command?.actions.some(
        (action) => action.kind === 'make-directory' && action.paths.some((made) => isWithin(made, path)),
      ) ??
        false),
  )
}

function java(facts: Facts, stage: StageModel, { tool, directory }: BuildAction): BuildResults | undefined {
  if (directory === undefined) return undefined
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'java' })
  const manifest = tool === 'maven' ? textIn(facts.project, place ?? '', 'pom.xml') : undefined
  if (place === undefined) return undefined
  if (tool === 'gradle') {
    const settings = ['settings.gradle', 'settings.gradle.kts'].map((name) => textIn(facts.project, place, name) ?? '')
    if (/\binclude\b/.test(settings.join('\n'))) return undefined
    return gradle(
      directory,
      facts.project?.java.find((one) => one.directory === place && one.tool === 'gradle')?.artifact,
    )
  }
  if (manifest === undefined || /<(?:modules|outputDirectory|directory|classifier)>/.test(manifest)) return undefined
  const artifact = facts.project?.java.find((one) => one.directory === place && one.tool === 'maven')?.artifact
  const target = `${directory}/target`
  return {
    paths: [target],
    has: (path) => {
      const rest = posix.relative(target, path)
      if (artifact === undefined || rest.includes('/') || !/\.(?:jar|war)$/.test(rest) || /[*?[]/.test(rest))
        return true
      // Plugins put words behind the name: `-sources`, `-runner`, `.original`.
      return rest === artifact || rest.startsWith(artifact.replace(/\.\w+$/, '-'))
    },
  }
}

function gradle(directory: string, artifact: string | undefined): BuildResults {
  return {
    paths: ['build', '.gradle'].map((name) => `${directory}/${name}`),
    has: (path) => {
      const rest = posix.relative(`${directory}/build/libs`, path)
      // A version may also come from elsewhere: only a name that has one is known.
      if (artifact === undefined || !/-\d/.test(artifact) || rest.includes('/') || !/^[\w.-]+\.(?:jar|war)$/.test(rest))
        return true
      return rest === artifact || rest.startsWith(artifact.replace(/\.\w+$/, '-'))
    },
  }
}

/** `publish -o`; without it a directory of the configuration and the framework below bin. */
function dotnet({ outputs, directory, script }: BuildAction): BuildResults | undefined {
  if (outputs.length > 0 && script === 'publish')
    return { paths: [...outputs, ...(directory === undefined ? [] : [directory])] }
  return directory === undefined ? undefined : { paths: [directory] }
}

function javascript(facts: Facts, stage: StageModel, build: BuildAction): BuildResults | undefined {
  const { tool, directory, project } = { ...build, project: facts.project }
  if (directory === undefined || project === undefined) return undefined
  const inner = scriptActions(facts, stage, build)
  if (inner !== undefined) return together(facts, stage, { ...inner, directory })
  const contextDirectory = contextDirectoryOf(facts, stage, { directory, kind: 'node' })
  return contextDirectory === undefined
    ? undefined
    : builderResults(facts, build, { contextDirectory, directory, tool })
}

/** What the commands of a script write, all of them together; undefined as soon as one may write anything. */
function together(
  facts: Facts,
  stage: StageModel,
  {
    actions,
    contextDirectory,
    directory,
  }: { readonly actions: readonly Action[]; readonly contextDirectory: string; readonly directory: string },
): BuildResults | undefined {
  const paths: string[] = []
  for (const action of actions) {
    const found = innerPaths(facts, stage, action, { contextDirectory, directory })
    if (found === undefined) return undefined
    paths.push(...found)
  }
  return { paths }
}

function innerPaths(
  facts: Facts,
  stage: StageModel,
  action: Action,
  place: { readonly contextDirectory: string; readonly directory: string },
): readonly string[] | undefined {
  switch (action.kind) {
    case 'build': {
      const known = action.outputs.length > 0 ? { paths: action.outputs } : undefined
      return (
        known ??
        builderResults(facts, action, { ...place, tool: action.tool }) ??
        resultsOf(facts, stage, action)
      )?.paths
    }
    case 'copy':
    case 'move':
    case 'link':
      return [action.destination]
    case 'write':
    case 'make-directory':
      return action.paths
    case 'delete':
    case 'chmod':
    case 'chown':
      return []
    default:
      return harmless.has(action.command.program) ? [] : undefined
  }
}

const harmless = new Set('echo printf true cd eslint prettier rimraf tsc vue-tsc biome oxlint'.split(' '))

function builderResults(
  facts: Facts,
  build: BuildAction,
  {
    contextDirectory,
    directory,
    tool,
  }: { readonly contextDirectory: string; readonly directory: string; readonly tool: string },
): BuildResults | undefined {
  if (facts.project === undefined || scriptedOnly.has(tool)) return undefined
  const { args } = build.command
  if (args.some((word) => /^(?:-c|--config)(?:=|$)/.test(word))) return undefined
  const at = args.findIndex((word) => /^(?:-p|--project|-b|--build)$/.test(word))
  const config = at >= 0 ? args[at + 1] : args.find((word) => word.startsWith('--project='))?.slice('--project='.length)
  const usual = outputsOfBuilder(tool, {
    project: facts.project,
    directory: contextDirectory,
    ...(config === undefined || config === '.' ? {} : { config }),
  })
  return usual === undefined ? undefined : { paths: usual.map((path) => posix.resolve(directory, path)) }
}

/** Their scripts tell, not they themselves. */
const scriptedOnly: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'bun', 'turbo', 'nx', 'lerna'])
