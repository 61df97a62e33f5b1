import { parseTomlTable } from '../decode.ts'
import type { PythonManifest, PythonRequirement } from '../project.ts'
import { directoryOf, nameOf, pathIn, type ProjectFiles } from '../project-files.ts'
import { condaRequirements } from './conda.ts'
import { readPipfile, readPyproject, type Wanted } from './python-tables.ts'
import { parseRequirement } from './requirement.ts'
import { readRequirements } from './requirements-file.ts'

const most = 200

/** Every file that says what a Python project needs. */
export function pythonManifests(files: ProjectFiles): readonly PythonManifest[] {
  const candidates = files.own.filter(({ path, kind }) => kind === 'file' && kindOf(path) !== undefined)
  return candidates.slice(0, most).flatMap(({ path }) => {
    const kind = kindOf(path)
    const text = files.text(path)
    if (kind === undefined || text === undefined) return []
    const wanted = kind === 'requirements' ? requirementsOf(files, path) : wantedOf(kind, text)
    if (wanted === undefined) return []
    const lock = lockOf(files, path, kind)
    const { requirements, devRequirements, tool, hashed = false } = wanted
    return [
      {
        path,
        directory: directoryOf(path),
        kind,
        requirements,
        devRequirements,
        ...(lock === undefined ? {} : { lock }),
        hashed,
        ...(tool === undefined ? {} : { tool }),
      },
    ]
  })
}

function kindOf(path: string): PythonManifest['kind'] | undefined {
  const name = nameOf(path)
  if (name === 'pyproject.toml') return 'pyproject'
  if (name === 'Pipfile') return 'pipfile'
  if (name === 'setup.py' || name === 'setup.cfg') return 'setup'
  if (/^(?:conda-?)?env(?:ironment)?(?:[-_.][\w-]+)?\.ya?ml$/.test(name)) return 'conda'
  if (/(?:^|[-_.])requirements?(?:[-_.][\w.-]+)?\.txt$/i.test(name)) return 'requirements'
  return /(?:^|\/)requirements\/[^/]+\.txt$/.test(path) && !/constraint/.test(name) ? 'requirements' : undefined
}

/** Names that people give to what only they need, not the program. */
function isForDevelopment(name: string): boolean {
  return /(?:^|[-_./])(?:dev|devel|develop|development|tests?|testing|lint|linting|docs?|typing|ci|local)(?:$|[-_./])/i.test(
    name,
  )
}

function requirementsOf(files: ProjectFiles, path: string): Wanted {
  const { requirements, hashed } = readRequirements(path, files.text)
  const isDev =
    isForDevelopment(path.slice(path.lastIndexOf('requirements')).replace(/\.txt$/, '')) ||
    isForDevelopment(nameOf(path))
  const none: readonly PythonRequirement[] = []
  return {
    requirements: isDev ? none : requirements,
    devRequirements: isDev ? requirements : none,
    hashed,
    tool: undefined,
  }
}

function wantedOf(kind: Exclude<PythonManifest['kind'], 'requirements'>, text: string): Wanted | undefined {
  if (kind === 'setup') return setupRequirements(text)
  if (kind === 'conda') return condaRequirements(text)
  const root = parseTomlTable(text)
  if (root === undefined) return undefined
  return kind === 'pyproject' ? readPyproject(root) : readPipfile(root)
}

/** `install_requires` of a setup.py as a list of literal texts, or of a setup.cfg as indented lines. */
function setupRequirements(text: string): Wanted {
  const listed = /install_requires\s*=\s*\[([^\]]*)\]/.exec(text)?.[1]
  const items =
    listed === undefined
      ? (/^install_requires[ \t]*=[ \t]*\r?\n((?:[ \t]+\S.*(?:\r?\n|$))+)/m.exec(text)?.[1] ?? '').split('\n')
      : [...listed.matchAll(/"([^"\n]+)"|'([^'\n]+)'/g)].map(([, double, single]) => double ?? single ?? '')
  const requirements = items.flatMap((item) => parseRequirement(item) ?? [])
  return { requirements, devRequirements: [], tool: 'setuptools' }
}

const lockNames: Partial<Record<PythonManifest['kind'], readonly string[]>> = {
  pyproject: ['poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml'],
  pipfile: ['Pipfile.lock'],
  conda: ['conda-lock.yml', 'conda-lock.yaml'],
}

/** The lock file beside it; members of an uv workspace have theirs at its root. */
function lockOf(files: ProjectFiles, path: string, kind: PythonManifest['kind']): PythonManifest['lock'] {
  const directories = kind === 'pyproject' ? [directoryOf(path), ''] : [directoryOf(path)]
  for (const directory of directories) {
    for (const name of directory === directoryOf(path) ? (lockNames[kind] ?? []) : ['uv.lock']) {
      const lock = pathIn(directory, name)
      if (lock !== undefined && files.file(lock)?.kind === 'file') return { path: lock }
    }
  }
  return undefined
}
