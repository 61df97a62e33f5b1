import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import type { ImageFiles } from '../image-files.ts'
import { missingPythonModule } from './python-gaps.ts'
import type { PythonHome } from './python-home.ts'
import { findPythonImports, type PythonImport, weaker, type When } from './python-imports.ts'
import { findModule, type FoundModule, type ModuleSearch } from './python-resolve.ts'
import { isStandard } from './standard-library.ts'

export interface PythonProgram {
  readonly home: PythonHome & { readonly minor: number }
  readonly search: ModuleSearch
  readonly files: ImageFiles
  /** What comes before the standard library: the directory of the script, PYTHONPATH. */
  readonly first: readonly string[]
  /** The script that the interpreter was given. */
  readonly main: string | undefined
}

interface Task {
  readonly path: string
  readonly when: When
}

export interface PythonState {
  readonly program: PythonProgram
  readonly queues: Readonly<Record<When, Task[]>>
  /** When each file is read first. */
  readonly reached: Map<string, When>
  readonly loads: Set<string>
  readonly gaps: Map<string, Gap>
  readonly unknown: string[]
  /** A file of the program that changes where modules are searched. */
  moving: string | undefined
}

export function openState(program: PythonProgram): PythonState {
  return {
    program,
    queues: { start: [], later: [], guarded: [] },
    reached: new Map(),
    loads: new Set(),
    gaps: new Map(),
    unknown: [],
    moving: undefined,
  }
}

/** Reads what is queued and all it imports: what surely runs first, so that each file is read once, at its strongest. */
export function drain(state: PythonState): void {
  for (const when of ['start', 'later', 'guarded'] as const) {
    const queue = state.queues[when]
    for (let task = queue.pop(); task !== undefined; task = queue.pop()) readTask(task, state)
  }
}

function readTask({ path, when }: Task, state: PythonState): void {
  const { program } = state
  if (state.reached.has(path)) return
  state.reached.set(path, when)
  if (path.endsWith('.pyc')) return
  const text = program.files.text(path)
  if (text === undefined) return void state.unknown.push(`the content of /${path} is not known`)
  followSource(text, { path, when }, state)
  if (isOwn(path, program) && movesSearch.test(text)) state.moving ??= path
  if (isOwn(path, program) && /\b(import_module|__import__)\s*\(\s*(?!\s*["'])/.test(text)) {
    state.unknown.push(`/${path} imports modules by names that are computed`)
  }
}

/** `sys.path.insert(…)`, `sys.path += …`, `site.addsitedir(…)`. */
const movesSearch = /\bsys\.path(\[.*\])?\s*(\.\s*(insert|append|extend)\b|\+?=(?!=))|\baddsitedir\s*\(/

/** What is certainly missing: nothing that another directory may have, where the program adds directories to the search. */
export function certainGaps({ gaps, moving }: PythonState): readonly Gap[] {
  return [...gaps.values()].filter(({ kind, file }) => moving === undefined || kind !== 'module' || file === undefined)
}

/** The imports of a text; `path` also says what relative imports are relative to. */
export function followSource(text: string, { path, when }: Task, state: PythonState): void {
  const { home, main } = state.program
  for (const one of findPythonImports(text, { isMain: path === main, minor: home.minor })) {
    followImport({ ...one, when: weaker(when, one.when) }, path, state)
  }
}

function followImport(wanted: PythonImport, from: string, state: PythonState): void {
  const { program } = state
  const parts = wanted.module === '' ? [] : wanted.module.split('.')
  if (wanted.level === 0) {
    const roots = rootsFor(parts[0] ?? '', wanted, state)
    if (roots === undefined) return
    take(resolve(parts, roots, program), { wanted, from, state })
    return
  }
  let directory = parentOf(from)
  for (let level = 1; level < wanted.level; level += 1) directory = parentOf(directory)
  if (program.files.directory(directory) === undefined) return
  take(resolve(parts, [directory], program), { wanted, from, state })
}

/** The directories to search for a name; undefined for the standard library, of which only what it loads counts. */
function rootsFor(top: string, { when }: PythonImport, state: PythonState): readonly string[] | undefined {
  const { home, first, search } = state.program
  const moved = home.editable.get(top)
  if (moved !== undefined) return [parentOf(moved)]
  if (!isStandard(top, home.minor)) return [...first, ...home.sites, ...home.added]
  const own = findModule(top, first, search)
  // A directory without code does not hide a module of the standard library.
  if (own?.kind === 'source') return first
  if (when !== 'start') return undefined
  for (const directory of home.standard) {
    for (const name of [top, `_${top}`]) {
      const found = findModule(name, [joinPath(directory, 'lib-dynload')], search)
      if (found?.kind === 'extension') state.loads.add(found.path)
    }
  }
  return undefined
}

interface Resolved {
  /** Files that run, those of packages first. */
  readonly sources: readonly string[]
  readonly extension?: string
  readonly other?: Extract<FoundModule, { kind: 'other-extension' }>
  /** Where the modules of the package are; empty for a module. */
  readonly directories: readonly string[]
  /** Whether no package on the way decides itself what its modules are. */
  readonly isStatic: boolean
  /** How many parts of the name were found. */
  readonly depth: number
  readonly parts: readonly string[]
  /** Whether no file with code stands on the way: only then nothing can make a missing module appear. */
  readonly isPlain: boolean
}

/** What a package says that has modules which are no files of its directory. */
const makesModules = /\b(sys\.modules|__path__|meta_path|extend_path|importlib)\b/

export function resolve(parts: readonly string[], roots: readonly string[], { search }: PythonProgram): Resolved {
  const sources: string[] = []
  let directories = roots
  let isPlain = true
  let isStatic = true
  for (const [depth, part] of parts.entries()) {
    const found = findModule(part, directories, search)
    const so = { sources, parts, isPlain, isStatic }
    if (found === undefined) return { ...so, directories, depth }
    const all = parts.length
    if (found.kind === 'other-extension') return { ...so, directories: [], depth: all, other: found }
    if (found.kind === 'extension') return { ...so, directories: [], depth: all, extension: found.path }
    if (found.kind === 'namespace') directories = found.directories
    else {
      sources.push(found.path)
      isPlain = false
      isStatic &&= found.path.endsWith('.py') && !makesModules.test(search.files.text(found.path) ?? 'sys.modules')
      // What a module without a directory has below it are attributes, `os.path`.
      if (found.directory === undefined) return { ...so, isPlain, directories: [], depth: all }
      directories = [found.directory]
    }
  }
  return { sources, directories, depth: parts.length, parts, isPlain, isStatic }
}

interface Taking {
  readonly wanted: PythonImport
  readonly from: string
  readonly state: PythonState
}

function take(resolved: Resolved, { wanted, from, state }: Taking): void {
  const { program, queues, loads } = state
  const { when } = wanted
  for (const path of resolved.sources) queues[when].push({ path, when })
  if (resolved.extension !== undefined && when !== 'guarded') loads.add(resolved.extension)
  if (resolved.depth < resolved.parts.length) return noteMissing(resolved, { wanted, from, state })
  if (resolved.other !== undefined) return noteOther(resolved.other, { wanted, from, state })
  for (const name of wanted.names) {
    const found = resolved.directories.length === 0 ? undefined : findModule(name, resolved.directories, program.search)
    if (found?.kind === 'source') queues[when].push({ path: found.path, when })
    else if (found?.kind === 'extension' && when !== 'guarded') loads.add(found.path)
    else if (found?.kind === 'other-extension') noteOther(found, { wanted, from, state })
  }
}

/** Only what is certain: a first name that is nowhere, or a module of the program itself that its package does not have. */
function noteMissing(
  { depth, parts, isPlain, isStatic, directories }: Resolved,
  { wanted, from, state }: Taking,
): void {
  const { program } = state
  if (wanted.when !== 'start') return
  const name = `${'.'.repeat(wanted.level)}${parts.slice(0, depth + 1).join('.')}`
  const isTop = wanted.level === 0 && depth === 0
  // Names that begin with `_` are those of Python's own C modules, most of which are no files.
  if (isTop && (name.startsWith('_') || program.home.isOpaque || isShim(name, program))) return
  const own = !isTop && isOwn(from, program) && directories.every((at) => isOwn(`${at}/x`, program))
  // A package knows its own modules.
  const inside = !isTop && isStatic && directories.length === 1 && from.startsWith(`${directories[0]}/`)
  if (!isTop && !own && !inside && !(wanted.level === 0 && isPlain)) return
  const gap: Gap =
    isTop || (!own && !inside)
      ? missingPythonModule({ ...program, name, from, minor: program.home.minor })
      : missingOwn(name, from)
  addGap(gap, state)
}

/** setuptools puts its own distutils in the place of the one that Python 3.12 dropped. */
function isShim(name: string, { home, search }: PythonProgram): boolean {
  return name === 'distutils' && findModule('_distutils_hack', home.sites, search) !== undefined
}

function missingOwn(name: string, from: string): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `/${from} imports ${name}, which does not exist`,
    file: from,
    needs: name,
  }
}

function noteOther(
  { path, why }: Extract<FoundModule, { kind: 'other-extension' }>,
  { wanted, from, state }: Taking,
): void {
  if (wanted.when !== 'start') return
  const { minor } = state.program.home
  const tag = /\.(cpython-[^.]+)\.so$/.exec(baseOf(path))?.[1] ?? ''
  const theirs = /^cpython-3(\d+)/.exec(tag)?.[1]
  addGap(
    why === 'minor'
      ? {
          kind: 'runtime-version',
          severity: 'error',
          message: `/${from} needs /${path}, which is for Python 3.${theirs}: Python 3.${minor} does not load it`,
          file: path,
          needs: `Python 3.${theirs}`,
          hint: `install the packages with Python 3.${minor}, or use a base with Python 3.${theirs}`,
        }
      : {
          kind: 'native-module',
          severity: 'error',
          message: `/${from} needs /${path}, which is for another platform (${tag}): this interpreter does not load it`,
          file: path,
          needs: baseOf(path),
          hint: 'install the packages in a stage that has the same C library and architecture as this one',
        },
    state,
  )
}

export function addGap(gap: Gap, { gaps }: PythonState): void {
  const key = `${gap.kind} ${gap.needs}`
  if (!gaps.has(key)) gaps.set(key, gap)
}

/** Whether a file is the program's own, not one of an installed package or of Python. */
function isOwn(path: string, { home }: PythonProgram): boolean {
  return !/\/(site|dist)-packages\//.test(path) && !home.standard.some((at) => path.startsWith(`${at}/`))
}
