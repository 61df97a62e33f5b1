import { joinPath } from '../../../fileset/index.ts'
import type { Gap } from '../../closure.ts'
import type { ImageFiles } from '../image-files.ts'
import { distributionOf, removedIn } from './standard-library.ts'

export interface MissingModule {
  readonly name: string
  /** The file that imports it; absent for what the command names. */
  readonly from: string | undefined
  readonly minor: number
  readonly files: ImageFiles
}

/** The gap of a module that is in no directory of the search: it may be in one of another interpreter. */
export function missingPythonModule({ name, from, minor, files }: MissingModule): Gap {
  const who = from === undefined ? 'the command' : `/${from}`
  const top = name.split('.')[0] ?? name
  const place = from === undefined ? {} : { file: from }
  const removed = removedIn[name]
  if (removed !== undefined && minor >= removed) {
    return {
      kind: 'runtime-version',
      severity: 'error',
      message: `${who} imports ${name}, which Python has no more since 3.${removed}: this is 3.${minor}`,
      ...place,
      needs: `Python before 3.${removed}`,
      hint:
        name === 'distutils' ? 'install setuptools, which brings distutils' : `use a base with Python 3.${removed - 1}`,
    }
  }
  const elsewhere = packageDirectories(files).filter((at) => holds(at, top, files))
  const [other] = elsewhere.filter((at) => minorOfPath(at) !== undefined && minorOfPath(at) !== minor)
  const same = elsewhere.find((at) => minorOfPath(at) === minor || minorOfPath(at) === undefined)
  if (same === undefined && other !== undefined) return forOther({ name, who, place, minor, other })
  return {
    kind: 'module',
    severity: 'error',
    message: `${who} imports ${name}, which no directory of its module search has`,
    ...place,
    needs: name,
    hint: same === undefined ? `install ${distributionOf[top] ?? top}` : startOther(same),
  }
}

interface OtherMinor {
  readonly name: string
  readonly who: string
  readonly place: { readonly file?: string }
  readonly minor: number
  readonly other: string
}

function forOther({ name, who, place, minor, other }: OtherMinor): Gap {
  const theirs = minorOfPath(other)
  return {
    kind: 'runtime-version',
    severity: 'error',
    message: `${who} imports ${name}, which is in /${other}: Python 3.${minor} does not look there`,
    ...place,
    needs: `Python 3.${theirs}`,
    hint: `use a base with Python 3.${theirs}, or install the packages in a stage with Python 3.${minor}`,
  }
}

function startOther(at: string): string {
  const prefix = /^(.*)\/lib(?:64)?\/python3/.exec(at)?.[1]
  return prefix === undefined
    ? `it is in /${at}: add that to PYTHONPATH`
    : `it is in /${at}: start /${prefix}/bin/python, or put /${prefix}/bin first in PATH`
}

function minorOfPath(path: string): number | undefined {
  const minor = /\/python3\.(\d+)\//.exec(path)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

function holds(directory: string, name: string, files: ImageFiles): boolean {
  return (
    files.directory(joinPath(directory, name)) !== undefined ||
    files.file(joinPath(directory, `${name}.py`)) !== undefined
  )
}

/** Directories that no environment for Python is in, and that hold much. */
const others =
  /^(proc|sys|dev|run|boot|bin|sbin|lib|lib64|libexec|share|include|node_modules|site-packages|__pycache__)$/

/**
 * The directories of installed packages in an image, asked for only when something is missing: those of every prefix
 * (a directory with `lib/python3.x`) up to four levels deep.
 */
function packageDirectories(files: ImageFiles): readonly string[] {
  const found: string[] = []
  const walk = (prefix: string, depth: number): void => {
    for (const lib of ['lib', 'lib64']) {
      const python = files.names(joinPath(prefix, lib)).filter((name) => name.startsWith('python3'))
      for (const name of python) {
        for (const kind of ['site-packages', 'dist-packages']) {
          const at = joinPath(prefix, `${lib}/${name}/${kind}`)
          if (files.directory(at) === at) found.push(at)
        }
      }
    }
    if (depth === 0) return
    for (const name of files.names(prefix)) {
      const path = joinPath(prefix, name)
      if (!others.test(name) && files.directory(path) === path) walk(path, depth - 1)
    }
  }
  walk('', 4)
  return found
}
