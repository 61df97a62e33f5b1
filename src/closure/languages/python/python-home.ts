import { baseOf, joinPath, parentOf } from '../../../fileset/index.ts'
import type { ClosureImage, Gap, StartedProgram } from '../../closure.ts'
import { type ImageFiles, pathFrom, upwards } from '../image-files.ts'

/** An interpreter and where it looks for modules (https://docs.python.org/3/library/site.html). */
export interface PythonHome {
  /** Of 3.x; undefined when nothing tells. */
  readonly minor: number | undefined
  /** `pythonX.Y` directories of the standard library. */
  readonly standard: readonly string[]
  /** Directories of installed packages in the order of the search. */
  readonly sites: readonly string[]
  /** What `.pth` files add. */
  readonly added: readonly string[]
  /** Modules that editable installs have elsewhere, by name. */
  readonly editable: ReadonlyMap<string, string>
  /** A `.pth` file runs code that may find modules anywhere. */
  readonly isOpaque: boolean
  readonly venv: string | undefined
  readonly gaps: readonly Gap[]
}

export function pythonHome(program: StartedProgram, image: ClosureImage, files: ImageFiles): PythonHome {
  const executable = executablePath(program, files)
  const venv = [parentOf(executable), parentOf(parentOf(executable))].find(
    (at) => files.file(joinPath(at, 'pyvenv.cfg')) !== undefined,
  )
  const settings = venv === undefined ? undefined : venvSettings(files.text(joinPath(venv, 'pyvenv.cfg')) ?? '')
  const prefixes = prefixesOf(program)
  const minor = minorOf(program.path, prefixes, files)
  const standard = prefixes.flatMap((prefix) => standardIn(prefix, minor, files)).slice(0, 1)
  const own = venv === undefined ? [] : sitesIn([venv], minor, files)
  const system = settings === undefined || settings.withSystem ? sitesIn(prefixes, minor, files) : []
  const user = settings === undefined || settings.withSystem ? userSites(program, { image, files, minor }) : []
  const sites = [...new Set([...own, ...user, ...system])]
  return {
    minor,
    standard,
    sites,
    ...addedBy(sites, files),
    venv,
    gaps: venv === undefined || minor === undefined ? [] : otherVenv(venv, { minor, files }),
  }
}

/** The path that the interpreter was started by: a virtual environment is found by it, not by what the link leads to. */
function executablePath({ path, argv, cwd, env }: StartedProgram, files: ImageFiles): string {
  const [name = ''] = argv
  if (name.includes('/')) return pathFrom(cwd, name)
  const places = (env['PATH'] ?? '').split(':').map((at) => pathFrom(at, name))
  return places.find((at) => files.file(at) === path) ?? path
}

function venvSettings(text: string): { readonly withSystem: boolean } {
  return { withSystem: /^include-system-site-packages\s*=\s*true/im.test(text) }
}

/** The installation: the directories above the real program, then where distributions have theirs. */
function prefixesOf({ path, env, cwd }: StartedProgram): readonly string[] {
  const home = env['PYTHONHOME']
  if (home !== undefined && home !== '') return [pathFrom(cwd, home.split(':')[0] ?? home)]
  return [...new Set([...upwards(parentOf(parentOf(path))), 'usr/local', 'usr'])]
}

function minorOf(path: string, prefixes: readonly string[], files: ImageFiles): number | undefined {
  const named = /^python3\.(\d+)/.exec(baseOf(path))?.[1]
  if (named !== undefined) return Number(named)
  const [prefix] = prefixes
  const found = prefix === undefined ? [] : minorsIn(joinPath(prefix, 'lib'), files)
  const complete = found.filter(
    (minor) => files.file(joinPath(prefix ?? '', `lib/python3.${minor}/os.py`)) !== undefined,
  )
  return complete.length === 1 ? complete[0] : undefined
}

function minorsIn(directory: string, files: ImageFiles): readonly number[] {
  return files.names(directory).flatMap((name) => {
    const minor = /^python3\.(\d+)$/.exec(name)?.[1]
    return minor === undefined ? [] : [Number(minor)]
  })
}

function standardIn(prefix: string, minor: number | undefined, files: ImageFiles): readonly string[] {
  if (minor === undefined) return []
  return ['lib', 'lib64']
    .map((lib) => joinPath(prefix, `${lib}/python3.${minor}`))
    .filter((at) => files.file(joinPath(at, 'os.py')) !== undefined || files.file(joinPath(at, 'os.pyc')) !== undefined)
}

/** Debian's own interpreter has dist-packages, that of everybody else site-packages; a directory that exists is one. */
function sitesIn(prefixes: readonly string[], minor: number | undefined, files: ImageFiles): readonly string[] {
  const isDebian = prefixes[0] === 'usr'
  const searched = isDebian ? ['usr/local', 'usr'] : prefixes.filter((prefix) => prefix !== '').slice(0, 1)
  return searched.flatMap((prefix) =>
    [`lib/python3.${minor}/site-packages`, `lib64/python3.${minor}/site-packages`]
      .concat(isDebian ? [`lib/python3.${minor}/dist-packages`, 'lib/python3/dist-packages'] : [])
      .flatMap((place) => files.directory(joinPath(prefix, place)) ?? []),
  )
}

interface UserSearch {
  readonly image: ClosureImage
  readonly files: ImageFiles
  readonly minor: number | undefined
}

function userSites({ env, argv }: StartedProgram, { image, files, minor }: UserSearch): readonly string[] {
  if (env['PYTHONNOUSERSITE'] !== undefined || argv.slice(1, 3).some((word) => /^-[a-zA-Z]*[sI]/.test(word))) return []
  const base = env['PYTHONUSERBASE'] ?? `${homeOf(env['HOME'], image, files)}/.local`
  return [files.directory(pathFrom('', `${base}/lib/python3.${minor}/site-packages`))].filter((at) => at !== undefined)
}

function homeOf(home: string | undefined, image: ClosureImage, files: ImageFiles): string {
  if (home !== undefined) return home
  const user = (image.config.User ?? '').split(':')[0] ?? ''
  if (user === '' || user === 'root' || user === '0') return '/root'
  const line = (files.text('etc/passwd') ?? '').split('\n').find((entry) => {
    const [name, , id] = entry.split(':')
    return name === user || id === user
  })
  return line?.split(':')[5] ?? '/'
}

/** `.pth` files that run code which changes nothing about where modules are. */
const harmless =
  /^(distutils-precedence|_virtualenv|a1_coverage|coverage|pytest-cov|zope.*-nspkg|.*-nspkg|matplotlib.*|ddtrace.*|google.*)\.pth$/

function addedBy(sites: readonly string[], files: ImageFiles): Pick<PythonHome, 'added' | 'editable' | 'isOpaque'> {
  const added: string[] = []
  const editable = new Map<string, string>()
  let isOpaque = false
  for (const site of sites) {
    for (const name of files.names(site).filter((one) => one.endsWith('.pth'))) {
      for (const line of (files.text(joinPath(site, name)) ?? '').split(/\r?\n/)) {
        const finder = /^import (__editable__\w+_finder)\b/.exec(line)?.[1]
        if (finder !== undefined) noteMapping(files.text(joinPath(site, `${finder}.py`)) ?? '', editable)
        else if (/^import[ \t]/.test(line)) isOpaque ||= !harmless.test(name)
        else if (line.trim() !== '' && !line.startsWith('#')) {
          const at = files.directory(pathFrom(site, line.trim()))
          if (at !== undefined) added.push(at)
        }
      }
    }
  }
  return { added, editable, isOpaque }
}

/** The table in the finder that setuptools writes for an editable install. */
function noteMapping(text: string, editable: Map<string, string>): void {
  const table = /^MAPPING[^=]*=\s*\{(.*)\}/m.exec(text)?.[1] ?? ''
  for (const [, name = '', path = ''] of table.matchAll(/'([^']+)':\s*'([^']+)'/g))
    editable.set(name, pathFrom('', path))
}

/** A virtual environment whose packages are for another interpreter than the one its link leads to. */
function otherVenv(
  venv: string,
  { minor, files }: { readonly minor: number; readonly files: ImageFiles },
): readonly Gap[] {
  const minors = minorsIn(joinPath(venv, 'lib'), files)
  const [other] = minors
  if (other === undefined || minors.includes(minor)) return []
  const config = joinPath(venv, 'pyvenv.cfg')
  return [
    {
      kind: 'runtime-version',
      severity: 'error',
      message: `the virtual environment /${venv} has packages for Python 3.${other}, and its interpreter is Python 3.${minor}: it finds none of them`,
      file: config,
      needs: `Python 3.${other}`,
      hint: `use a base with Python 3.${other}, or make the environment with Python 3.${minor}`,
    },
  ]
}
