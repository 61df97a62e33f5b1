import { posix } from 'node:path'
import type { NodeManifest } from '../../project/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { outputsOfBuilder } from './javascript-outputs.ts'
import { contextFilesAt } from './landing-places.ts'
import { contextDirectoryOf, inDirectory } from './manifest-at.ts'
import { broughtBy, isWithin } from './origins.ts'
import { scriptActions } from './script-commands.ts'
import { startedNodeFile } from './started-node-file.ts'
import { actionsIn, runSteps, type StepAction } from './steps.ts'
import { tracedPaths } from './traced-paths.ts'

/** A started file whose packages a stage has installed and the final image does not get. */
export interface LeftNodeModules {
  /** The file, in the final image. */
  readonly file: string
  /** The stage that it comes from, and its installation. */
  readonly stage: StageModel
  readonly install: StepAction<'install'>
  /** The COPY that brings the file. */
  readonly copy: StepModel
  /** A package that the sources import. */
  readonly imported: string
  /** Where the stage has its packages. */
  readonly directory: string
}

const managers = new Set(['npm', 'yarn', 'pnpm', 'bun'])

/** The file that is started imports packages, and nothing brings a node_modules above it; undefined when somebody may. */
export function leftNodeModules(facts: Facts): LeftNodeModules | undefined {
  const started = startedNodeFile(facts)
  const { final, project } = facts
  if (started === undefined || project === undefined || mayHavePackages(facts, started.path)) return undefined
  for (const { stage, path } of tracedPaths(final, started.path)) {
    if (stage === final || final.chain.includes(stage)) continue
    const install = actionsIn(stage.history, 'install').find(
      ({ action: { manager, what, scope } }) => managers.has(manager) && what === 'manifest' && scope === 'project',
    )
    const directory = install?.action.directory ?? install?.action.command.cwd
    const copy = broughtBy(final, started.path)[0]?.step
    if (install === undefined || directory === undefined || copy === undefined || !isWithin(path, directory)) continue
    const manifest = manifestAt(facts, stage, directory)
    const sources = manifest === undefined ? [] : sourcesOf(facts, { stage, path, directory, manifest })
    const imported = manifest === undefined ? undefined : importIn(facts, manifest, sources)
    if (imported !== undefined) return { file: started.path, stage, install, copy, imported, directory }
  }
  return undefined
}

function manifestAt(facts: Facts, stage: StageModel, directory: string): NodeManifest | undefined {
  return inDirectory(facts.project?.node, contextDirectoryOf(facts, stage, { directory, kind: 'node' }))
}

/** A step of the final image installs packages, or brings a directory above the file in which they may be. */
function mayHavePackages({ final, project }: Facts, file: string): boolean {
  const { history, end } = final
  if (end.env.has('NODE_PATH') || runSteps(history).some((step) => runsManager(step))) return true
  for (let directory = posix.dirname(file); ; directory = posix.dirname(directory)) {
    const wanted = posix.join(directory, 'node_modules')
    if (broughtBy(final, wanted).some(({ source }) => source !== undefined && holds(source, project))) return true
    if (directory === '/') return false
  }
}

function runsManager({ command, mounts }: StepModel): boolean {
  if (command === undefined || command.script.broken || mounts.some(({ source }) => source !== undefined)) return true
  return command.script.commands.some(({ program, args }) =>
    [program, ...args].some((word) => /^(?:npm|npx|yarn|pnpm|bun|corepack)$|node_modules|\.(?:sh|tgz|tar)$/.test(word)),
  )
}

/** Whether what a COPY takes may have packages at the path that is wanted. */
function holds(
  { from, path }: NonNullable<ReturnType<typeof broughtBy>[number]['source']>,
  project: Facts['project'],
): boolean {
  if (from.kind === 'context') {
    const found = project?.file(path)
    return /[*?[]/.test(path) ? false : found !== undefined && !found.ignored
  }
  if (from.kind !== 'stage') return true
  return tracedPaths(from.stage, path).some(({ stage, path: place }) => {
    const owner = posix.dirname(place)
    return (
      actionsIn(stage.history, 'install').some(({ action }) => (action.directory ?? action.command.cwd) === owner) ||
      runSteps(stage.history).some(({ command }) =>
        command.script.commands.some(({ args }) => args.some((word) => /node_modules|deploy|standalone/.test(word))),
      )
    )
  })
}

interface Origin {
  readonly stage: StageModel
  readonly path: string
  readonly directory: string
  readonly manifest: NodeManifest
}

/** The files of the context that the started file consists of: itself, or what a compiler that bundles nothing makes it of. */
function sourcesOf(facts: Facts, { stage, path, directory, manifest }: Origin): readonly string[] {
  const files = (facts.project?.files ?? []).filter(
    ({ path: file, kind, ignored }) => kind === 'file' && !ignored && /\.[cm]?[jt]sx?$/.test(file),
  )
  const [plain] = contextFilesAt(
    stage,
    path,
    files.map((file) => file.path),
  )
  if (plain !== undefined) return [plain]
  const output = compiledInto(facts, stage, { path, directory })
  if (output === undefined) return []
  // dist/server.js is made of src/server.ts, or of server.ts.
  const rest = posix.relative(posix.join(directory, output), path).replace(/\.[cm]?js$/, '')
  const wanted = new Set(['', 'src/', 'app/', 'lib/'].map((place) => posix.join(manifest.directory, `${place}${rest}`)))
  return files.map((file) => file.path).filter((file) => wanted.has(file.replace(/\.[cm]?tsx?$/, '')))
}

const compilers = new Set(['tsc', 'swc', 'babel'])

/** The directory that tsc writes, when every builder of the stage's build leaves imports as they are. */
function compiledInto(
  facts: Facts,
  stage: StageModel,
  { path, directory }: { readonly path: string; readonly directory: string },
): string | undefined {
  const { project } = facts
  if (project === undefined) return undefined
  for (const { action } of actionsIn(stage.history, 'build')) {
    if (action.directory !== directory) continue
    const inner = scriptActions(facts, stage, action)
    const place = inner?.contextDirectory ?? contextDirectoryOf(facts, stage, { directory, kind: 'node' })
    const tools = (inner?.actions ?? [action]).flatMap((one) => (one.kind === 'build' ? [one.tool] : []))
    if (place === undefined || tools.length === 0 || !tools.every((tool) => compilers.has(tool))) continue
    const outputs = outputsOfBuilder('tsc', { project, directory: place }) ?? []
    const found = outputs.find((output) => isWithin(path, posix.join(directory, output)))
    if (found !== undefined) return found
  }
  return undefined
}

/** The first package of the manifest that some files import when they are run. */
function importIn({ project }: Facts, { dependencies }: NodeManifest, sources: readonly string[]): string | undefined {
  for (const source of sources) {
    const text = (project?.text(source) ?? '').replace(/\/\*[^]*?\*\/|^\s*\/\/[^\n]*/gm, '')
    const imports = [
      ...text.matchAll(/^\s*import\s+(?!type\b)(?:[\w*{][^;'"]*?\sfrom\s*)?['"]([^'"]+)['"]/gm),
      ...text.matchAll(/\brequire\(\s*['"]([^'"]+)['"]\s*\)/g),
    ].map(([, name = '']) => packageOf(name))
    const found = imports.find((name) => dependencies.has(name))
    if (found !== undefined) return found
  }
  return undefined
}

/** `express/lib/x` → `express`, `@scope/name/x` → `@scope/name`. */
function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/')
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first
}
