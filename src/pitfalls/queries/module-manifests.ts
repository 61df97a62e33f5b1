import { posix } from 'node:path'
import type { NodeManifest, Project } from '../../project/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { outputsOfBuilder } from './javascript-outputs.ts'
import { contextFilesAt } from './landing-places.ts'
import { contextDirectoryOf, inDirectory, textIn } from './manifest-at.ts'
import { broughtBy, isWithin } from './origins.ts'
import { scriptActions } from './script-commands.ts'
import { actionsIn, runSteps } from './steps.ts'
import { tracedPaths } from './traced-paths.ts'

/** The manifest of a `.js` file of a stage that is written as a module, by its own text or by what tsc makes of it. */
export function manifestOfModule(facts: Facts, stage: StageModel, path: string): NodeManifest | undefined {
  const { project } = facts
  if (project === undefined) return undefined
  const scripts = project.files.filter((file) => file.path.endsWith('.js') && !file.ignored).map((file) => file.path)
  for (const traced of tracedPaths(stage, path)) {
    const [file] = contextFilesAt(traced.stage, traced.path, scripts)
    if (file !== undefined) {
      const isModule = /^(?:import[\s{*"']|export[\s{*])/m.test(project.text(file) ?? '')
      return isModule ? nearest(project, file) : undefined
    }
    const compiled = compiledBy(facts, traced.stage, traced.path)
    if (compiled !== undefined) return compiled
  }
  return undefined
}

function nearest(project: Project, file: string): NodeManifest | undefined {
  let directory = posix.dirname(file)
  for (;;) {
    const name = directory === '.' ? '' : directory
    const found = inDirectory(project.node, name)
    if (found !== undefined || name === '') return found
    directory = posix.dirname(directory)
  }
}

/** tsc leaves modules where its settings say so, and takes no package.json along. */
function compiledBy(facts: Facts, stage: StageModel, path: string): NodeManifest | undefined {
  const { project } = facts
  if (project === undefined) return undefined
  for (const { action } of actionsIn(stage.history, 'build')) {
    const { directory } = action
    if (directory === undefined) continue
    const inner = scriptActions(facts, stage, action)
    const tools = inner?.actions.flatMap((one) => (one.kind === 'build' ? [one.tool] : [one.kind]))
    const place = inner?.contextDirectory ?? contextDirectoryOf(facts, stage, { directory, kind: 'node' })
    if (place === undefined || (tools ?? [action.tool]).some((tool) => tool !== 'tsc')) continue
    const settings = textIn(project, place, 'tsconfig.json') ?? ''
    if (!/"module"\s*:\s*"(?:es\d*|esnext|node\w*|preserve)"/i.test(settings)) continue
    const outputs = outputsOfBuilder('tsc', { project, directory: place }) ?? []
    if (outputs.some((output) => isWithin(path, posix.join(directory, output)))) return inDirectory(project.node, place)
  }
  return undefined
}

/** Whether a package.json may stand beside a file of a stage or above it: false only when every step is known not to bring one. */
export function mayHaveManifest(facts: Facts, stage: StageModel, path: string): boolean {
  const places: string[] = []
  for (let directory = posix.dirname(path); ; directory = posix.dirname(directory)) {
    places.push(posix.join(directory, 'package.json'))
    if (directory === '/') break
  }
  return places.some((place) => mayBeAt(facts, stage, place, 0))
}

function mayBeAt(facts: Facts, stage: StageModel, place: string, depth: number): boolean {
  const files = facts.project?.files ?? []
  const manifests = files
    .filter((file) => posix.basename(file.path) === 'package.json' && !file.ignored)
    .map((file) => file.path)
  if (depth > 20 || contextFilesAt(stage, place, manifests).length > 0) return true
  if (runSteps(stage.history).some((step) => makesManifests(step, depth === 0))) return true
  if (stage.history.some((step) => namesManifest(step, place))) return true
  return broughtBy(stage, place).some(({ source }) => {
    if (source === undefined || source.from.kind === 'context') return false
    if (source.from.kind !== 'stage') return true
    const path = source.path.replace(/\/\*(?=\/|$)/, '')
    return posix.basename(path) === 'package.json' && mayBeAt(facts, source.from.stage, path, depth + 1)
  })
}

/** Commands that write one. In the final image every installation of packages needs one at hand. */
function makesManifests({ at: { source, span }, instruction }: StepModel, isFinal: boolean): boolean {
  const bodies = instruction.heredocs.map(({ content }) => content)
  const text = [source.text.slice(span.start, span.end), ...bodies].join('\n')
  if (/package\.json|\bnpm (?:init|pkg)|\b(?:deploy|prune|clone|unzip|tar)\b|"type"/.test(text)) return true
  return isFinal && /\b(?:npm|yarn|pnpm|bun)\b/.test(text)
}

/** COPY that puts it there by its name or by a wildcard that may mean it, and what ADD fetches or unpacks. */
function namesManifest({ transfer, kind }: StepModel, place: string): boolean {
  if (transfer === undefined || !isWithin(place, transfer.destination)) return false
  const lands = posix.join(transfer.destination, 'package.json') === place || transfer.destination === place
  return transfer.sources.some(({ path, hasWildcard, kind: source }) => {
    const name = posix.basename(path)
    if (source === 'url' || source === 'git' || (kind === 'ADD' && /\.(?:tar|tgz|zip|gz|xz|bz2)/.test(name)))
      return true
    if (transfer.destination === place && !transfer.intoDirectory) return true
    return lands && (name === 'package.json' || (hasWildcard && meansManifest.test(name)))
  })
}

/** `package*.json`, `*.json`, `p*`: not `*.js`, and not `*` alone, which is a directory with all that is in it. */
const meansManifest = /^p.*[*?]|^\*.*json|^\*\*|\[|^[*?].+(?<!\.\w+)$/
