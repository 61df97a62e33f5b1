import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { ClosureImage, Follow, Followed, Gap, StartedProgram } from '../../closure.ts'
import { type ImageFiles, imageFiles, libcOf, pathFrom } from '../image-files.ts'
import { type Application, applicationOf } from './application.ts'
import {
  addGap,
  certainGaps,
  drain,
  followSource,
  openState,
  type PythonProgram,
  type PythonState,
  resolve,
} from './follow-python.ts'
import { missingPythonModule } from './python-gaps.ts'
import { type PythonHome, pythonHome } from './python-home.ts'
import { reachedOf } from '../reached.ts'
import { isStandard } from './standard-library.ts'

type Run =
  | { readonly kind: 'script'; readonly path: string; readonly args: readonly string[] }
  | { readonly kind: 'module'; readonly name: string; readonly args: readonly string[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }

/** Programs of CPython: what they import, and the applications that servers are told to load. */
export const followPython: Follow = (program, image) => {
  if (!/^python(3(\.\d+)?)?$/.test(baseOf(program.path))) return undefined
  const files = imageFiles(image)
  const home = pythonHome(program, image, files)
  const run = readPythonCommand(program.argv)
  const nothing: Followed = { gaps: home.gaps, reached: [], loads: [], starts: [], unknown: [] }
  const { minor } = home
  if (minor === undefined) return { ...nothing, unknown: [`nothing tells the version of /${program.path}`] }
  // One mistake, one gap: every import would be another.
  if (home.gaps.length > 0) return nothing
  if (home.standard.length === 0 && !hasZip(program, minor, files))
    return { ...nothing, gaps: [noLibrary(program, minor)] }
  const world = pythonProgram(program, { image, files, home: { ...home, minor }, run })
  const state = openState(world)
  start(run, { program, world, state })
  drain(state)
  return {
    gaps: certainGaps(state),
    ...reachedOf(state.reached),
    loads: [...state.loads],
    starts: [],
    unknown: [
      ...state.unknown,
      ...(home.isOpaque ? ['a .pth file of Python runs code that may find modules anywhere'] : []),
      ...(state.moving === undefined ? [] : [`/${state.moving} changes where modules are searched`]),
    ],
  }
}

/** What `python` is asked to run (https://docs.python.org/3/using/cmdline.html). */
export function readPythonCommand(argv: readonly string[]): Run {
  const words = argv.slice(1)
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '-' || word === '--version' || word === '-V' || word === '-h' || word === '--help')
      return { kind: 'none' }
    if (!word.startsWith('-')) return { kind: 'script', path: word, args: words.slice(at + 1) }
    const module = /^-[bBdEiIOPqsSuvx]*m(.*)$/.exec(word)
    if (module !== null) {
      const name = module[1] === '' ? words[(at += 1)] : module[1]
      return name === undefined ? { kind: 'none' } : { kind: 'module', name, args: words.slice(at + 1) }
    }
    const text = /^-[bBdEiIOPqsSuvx]*c(.*)$/s.exec(word)
    if (text !== null) return { kind: 'text', text: (text[1] === '' ? words[at + 1] : text[1]) ?? '' }
    if (/^(-W|-X|--check-hash-based-pycs)$/.test(word)) at += 1
  }
  return { kind: 'none' }
}

const machines: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  386: 'i386',
  ppc64le: 'powerpc64le',
}

interface Setting {
  readonly image: ClosureImage
  readonly files: ImageFiles
  readonly home: PythonHome & { readonly minor: number }
  readonly run: Run
}

function pythonProgram(program: StartedProgram, { image, files, home, run }: Setting): PythonProgram {
  const { architecture } = image.platform
  const tags = { minor: home.minor, libc: libcOf(image, program.path), machine: machines[architecture] ?? architecture }
  const isolated = program.argv.slice(1).some((word) => /^-[a-zA-Z]*I/.test(word) && !word.startsWith('--'))
  const path = isolated ? '' : (program.env['PYTHONPATH'] ?? '')
  const main = run.kind === 'script' ? scriptFile(run.path, program.cwd, files) : undefined
  const here = run.kind === 'script' ? (main === undefined ? [] : [parentOf(main)]) : [program.cwd]
  return {
    home,
    files,
    search: { files, tags, listings: new Map() },
    first: [
      ...(isolated ? [] : here),
      ...path.split(':').flatMap((at) => (at === '' ? [] : [pathFrom(program.cwd, at)])),
    ],
    main,
  }
}

/** A script, or `__main__.py` of a directory. */
function scriptFile(path: string, cwd: string, files: ImageFiles): string | undefined {
  const at = pathFrom(cwd, path)
  return files.file(at) ?? files.file(joinPath(at, '__main__.py'))
}

interface Running {
  readonly program: StartedProgram
  readonly world: PythonProgram
  readonly state: PythonState
}

function start(run: Run, running: Running): void {
  const { program, world, state } = running
  if (run.kind === 'text') return followSource(run.text, { path: joinPath(program.cwd, '-c'), when: 'start' }, state)
  if (run.kind === 'none') return
  if (run.kind === 'script') {
    const { main } = world
    if (main === undefined) return addGap(noScript(run.path, program), state)
    if (isArchive(main, world.files)) return void state.unknown.push(`/${main} is an archive and was not read`)
    state.queues.start.push({ path: main, when: 'start' })
    return startApplication(baseOf(pathFrom('', run.path)), run.args, running)
  }
  startModule(run.name, running)
  startApplication(run.name.split('.')[0] ?? '', run.args, running)
}

/** `-m x`: the module, or `__main__` of the package. */
function startModule(name: string, { world, state }: Running): void {
  const parts = name.split('.')
  if (isStandard(parts[0] ?? '', world.home.minor)) return
  const found = resolve(parts, [...world.first, ...world.home.sites, ...world.home.added], world)
  for (const path of found.sources) state.queues.start.push({ path, when: 'start' })
  const main = found.directories
    .map((at) => world.files.file(joinPath(at, '__main__.py')))
    .find((at) => at !== undefined)
  if (found.depth === parts.length) {
    if (main !== undefined) state.queues.start.push({ path: main, when: 'start' })
  } else if (!world.home.isOpaque && !world.home.editable.has(parts[0] ?? '')) {
    addGap(missingPythonModule({ ...world, name, from: undefined, minor: world.home.minor }), state)
  }
}

/** The application that a server loads; servers search the working directory, too. */
function startApplication(server: string, args: readonly string[], { program, world, state }: Running): void {
  const { cwd, env } = program
  const application = applicationOf(server, args, { env, cwd, files: world.files })
  if (application === undefined) return
  const here = pathFrom(cwd, application.directory ?? '.')
  const parts = application.module.split('.')
  const roots = [here, ...world.first, ...world.home.sites, ...world.home.added]
  const found = resolve(parts, roots, world)
  for (const path of found.sources) state.queues.start.push({ path, when: 'start' })
  // What its modules import is found from there, too.
  if (!world.first.includes(here)) (world.first as string[]).push(here)
  const known = world.home.isOpaque || world.home.editable.has(parts[0] ?? '')
  if (found.depth < parts.length && !known)
    addGap(noApplication({ server, application, here, depth: found.depth }), state)
}

interface NoApplication {
  readonly server: string
  readonly application: Application
  readonly here: string
  readonly depth: number
}

function noApplication({ server, application, here, depth }: NoApplication): Gap {
  const missing = application.module
    .split('.')
    .slice(0, depth + 1)
    .join('.')
  return {
    kind: 'module',
    severity: 'error',
    message: `${server} is to load ${application.spec}, and there is no module ${missing} in /${here} or in the module search`,
    needs: missing,
    hint: `copy it to /${here}, or mend WORKDIR and the command`,
  }
}

function noScript(path: string, { cwd, argv }: StartedProgram): Gap {
  const at = `/${pathFrom(cwd, path)}`
  return {
    kind: 'module',
    severity: 'error',
    message: `${argv.join(' ')} starts ${at}, which does not exist`,
    needs: at,
    hint: `copy it to /${parentOf(at.slice(1))}, or mend WORKDIR and the command`,
  }
}

function noLibrary({ path }: StartedProgram, minor: number): Gap {
  return {
    kind: 'module',
    severity: 'error',
    message: `/${path} has no standard library: there is no lib/python3.${minor}/os.py above it`,
    file: path,
    needs: `lib/python3.${minor}`,
    hint: `copy /${parentOf(parentOf(path))}/lib/python3.${minor} as well, or begin the stage with an image of Python`,
  }
}

function hasZip({ path }: StartedProgram, minor: number, files: ImageFiles): boolean {
  return files.file(joinPath(parentOf(parentOf(path)), `lib/python3${minor}.zip`)) !== undefined
}

function isArchive(path: string, files: ImageFiles): boolean {
  const head = files.bytes(path)?.subarray(0, 4)
  return path.endsWith('.pyz') || (head?.[0] === 0x50 && head[1] === 0x4b && head[2] === 3)
}
