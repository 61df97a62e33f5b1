import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import { pathFrom } from '../image-files.ts'
import { builtinModule } from './builtin-modules.ts'
import { findImports, type FoundImports, type ModuleRequest, weaker, type When } from './find-imports.ts'
import { evalName, missingModule, refusedModule } from './module-gaps.ts'
import { type AddonSearch, platformLoader, requestedAddon } from './native-addons.ts'
import { suits } from './native-platform.ts'
import { moduleGoal } from './module-goal.ts'
import { otherModuleVersion } from './module-version.ts'
import { type NodeResolution, packageScope, resolveModule } from './node-resolve.ts'
import type { NodeProgram } from './node-program.ts'
import { hasSince, requiresEsm } from './node-version.ts'
import { prismaEngines } from './prisma-engines.ts'
import type { Goal } from './syntax-tree.ts'

/** A file to be read, and who asks for it. */
interface Task {
  readonly path: string
  readonly when: When
  readonly how: 'require' | 'import' | 'url'
  readonly from?: string
}

interface State {
  readonly program: NodeProgram
  readonly queues: Readonly<Record<When, Task[]>>
  /** When each file is read first. */
  readonly reached: Map<string, When>
  readonly loads: Set<string>
  readonly gaps: Map<string, Gap>
  readonly unknown: string[]
  /** Files of packages that load something by a computed name. */
  readonly computing: string[]
}

export interface FollowedModules {
  readonly gaps: readonly Gap[]
  readonly reached: ReadonlyMap<string, When>
  readonly loads: readonly string[]
  readonly unknown: readonly string[]
}

export interface EntryModule {
  readonly path: string
  readonly how: 'require' | 'import'
}

/**
 * Every file that modules lead to. Files that the start surely loads come first, so that each is read once, at its
 * strongest: what is missing there stops the program, what is missing behind a condition may never be asked for.
 */
export function followModules(entries: readonly EntryModule[], program: NodeProgram): FollowedModules {
  const state = openState(program)
  for (const entry of entries) state.queues.start.push({ ...entry, when: 'start' })
  drain(state)
  return finished(state)
}

function openState(program: NodeProgram): State {
  return {
    program,
    queues: { start: [], later: [], guarded: [] },
    reached: new Map(),
    loads: new Set(),
    gaps: new Map(),
    unknown: [],
    computing: [],
  }
}

/** A text that Node runs without a file, as `node -e` does. */
export function followText(text: string, directory: string, program: NodeProgram): FollowedModules {
  const path = joinPath(directory, evalName)
  const state = openState(program)
  const found =
    findImports(text, { path, goal: 'script', isMain: true, env: program.env }) ??
    findImports(text, { path, goal: 'module', isMain: true, env: program.env })
  if (found === undefined) state.unknown.push('the text that node is given cannot be read as JavaScript')
  else follow({ text, found, task: { path, when: 'start', how: 'require' } }, state)
  drain(state)
  return finished(state)
}

function drain(state: State): void {
  for (const when of ['start', 'later', 'guarded'] as const) {
    const queue = state.queues[when]
    for (let task = queue.pop(); task !== undefined; task = queue.pop()) readTask(task, state)
  }
}

function finished(state: State): FollowedModules {
  const { gaps, reached, loads, unknown, computing } = state
  for (const file of loads) {
    const gap = otherModuleVersion(file, state.program)
    if (gap !== undefined) addGap(gap, state)
  }
  const [first] = computing
  const more = computing.length > 1 ? ` and ${computing.length - 1} other files of packages` : ''
  const summary = first === undefined ? [] : [`/${first}${more} load modules by names that are computed`]
  return { gaps: [...gaps.values()], reached, loads: [...loads], unknown: [...unknown, ...summary] }
}

/** What may load something: everything else is not parsed. */
const mayLoad = /\brequire\b|\bimport\b|\bexport\b|\bnew URL\b|\bWorker\b/

function readTask(task: Task, state: State): void {
  const { path, when } = task
  const { files } = state.program
  if (state.reached.has(path)) return
  state.reached.set(path, when)
  if (/\.(json|wasm)$/.test(path)) return
  if (path.endsWith('.node')) {
    // Loaders ask for the files of all platforms, guarded.
    if (when !== 'guarded' && suits(baseOf(path), state.program.platform)) state.loads.add(path)
    return
  }
  if (/\.[cm]?tsx?$/.test(path)) return void state.unknown.push(`/${path} is TypeScript and was not read`)
  const text = files.text(path)
  if (text === undefined) return void state.unknown.push(`the content of /${path} is not known`)
  const scope = packageScope(parentOf(path), files)
  if (scope !== undefined) noteGuarded(joinPath(scope, 'package.json'), state)
  const { goal, gap } = moduleGoal(path, text, state.program)
  if (gap !== undefined && when !== 'guarded') addGap({ ...gap, severity: severityOf(when) }, state)
  noteRefused(task, goal, state)
  if (!mayLoad.test(text)) return
  const found = findImports(text, { path, goal, isMain: path === state.program.main, env: state.program.env })
  if (found !== undefined) return follow({ text, found, task }, state)
  if (!isPackaged(path) && task.how !== 'url') state.unknown.push(`/${path} cannot be read as JavaScript`)
}

/** `require()` of an ES module where Node has no such thing. */
function noteRefused({ path, when, how, from }: Task, goal: Goal, state: State): void {
  const { version } = state.program
  if (how !== 'require' || goal !== 'module' || from === undefined || when !== 'start') return
  if (version === undefined || hasSince(version, requiresEsm)) return
  if (`${state.program.env['NODE_OPTIONS'] ?? ''}`.includes('require-module')) return
  addGap(refusedModule({ path, from, version }), state)
}

interface Read {
  readonly text: string
  readonly found: FoundImports
  readonly task: Task
}

function follow({ text, found, task }: Read, state: State): void {
  for (const request of found.requests) followRequest(request, task, state)
  const search: AddonSearch = {
    path: task.path,
    when: task.when,
    files: state.program.files,
    platform: state.program.platform,
  }
  for (const addon of found.addons) {
    const when = addon.when === 'guarded' ? 'guarded' : task.when
    const { loads, gap } = requestedAddon(addon, { ...search, when })
    for (const file of loads) state.loads.add(file)
    if (gap !== undefined && when !== 'guarded') addGap(gap, state)
  }
  const loader = platformLoader(text, found, search)
  for (const file of loader.loads) state.loads.add(file)
  if (loader.gap !== undefined) addGap(loader.gap, state)
  const engines = prismaEngines(task.path, search)
  for (const file of engines.loads) state.loads.add(file)
  if (engines.gap !== undefined) addGap(engines.gap, state)
  noteComputed(found, task, state)
}

function noteComputed(found: FoundImports, { path }: Task, state: State): void {
  if (found.computed.length === 0) return
  if (isPackaged(path)) state.computing.push(path)
  else state.unknown.push(`/${path} loads modules by names that are computed`)
}

function followRequest(request: ModuleRequest, task: Task, state: State): void {
  const { program } = state
  const when = weaker(task.when, request.when)
  if (request.how === 'url') return followUrl(request.specifier, task, state)
  const builtin = builtinModule(request.specifier, program.version)
  if (builtin === 'yes') return
  const resolved: NodeResolution =
    builtin === 'no' ? resolve(request, task.path, program) : { kind: 'missing', wanted: request.specifier }
  if (resolved.kind === 'file') {
    state.queues[when].push({ path: resolved.path, when, how: request.how, from: task.path })
    return
  }
  if (resolved.kind === 'elsewhere') return
  const gap = missingModule({
    request: { ...request, when },
    resolved,
    from: task.path,
    files: program.files,
    version: program.version,
  })
  if (gap !== undefined) addGap(gap, state)
}

function resolve({ specifier, how }: ModuleRequest, path: string, program: NodeProgram): NodeResolution {
  const moduleSync =
    program.version === undefined || hasSince(program.version, { 20: 19, 22: 10 }) ? ['module-sync'] : []
  return resolveModule(specifier, {
    directory: parentOf(path),
    how: how === 'require' ? 'require' : 'import',
    files: program.files,
    nodePath: program.nodePath,
    conditions: [...program.conditions, ...moduleSync],
  })
}

/** A file that is named by a URL or given to a worker: read when it is JavaScript, never missed. */
function followUrl(specifier: string, task: Task, state: State): void {
  const { files } = state.program
  const from = parentOf(task.path)
  const found = files.file(pathFrom(from, specifier)) ?? files.file(pathFrom(from, specifier.replace(/^file:\/\//, '')))
  if (found === undefined) return
  if (!/\.[cm]?js$/.test(found)) return noteGuarded(found, state)
  const when = weaker(task.when, 'later')
  state.queues[when].push({ path: found, when, how: 'url' })
}

/** Without a package.json that it may read, Node goes on as if there were none. */
function noteGuarded(path: string, { reached }: State): void {
  if (!reached.has(path)) reached.set(path, 'guarded')
}

function addGap(gap: Gap, { gaps }: State): void {
  const key = `${gap.kind} ${gap.kind === 'native-module' ? gap.message : gap.needs}`
  if (!gaps.has(key)) gaps.set(key, gap)
}

function severityOf(when: When): Gap['severity'] {
  return when === 'start' ? 'error' : 'warning'
}

export function isPackaged(path: string): boolean {
  return path.includes('node_modules/')
}
