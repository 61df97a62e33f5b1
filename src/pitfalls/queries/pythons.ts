import type { BaseProfile } from '../../bases/index.ts'
import type { StageModel } from '../facts.ts'
import { installedPackages } from './installed-packages.ts'
import { isWithin } from './origins.ts'

/** The Python that a stage runs. */
export interface StagePython {
  /** `3.12`; absent where nobody knows. */
  readonly version?: string
  /** The directory of the interpreter. */
  readonly bin: '/usr/local/bin' | '/usr/bin'
  /** Where it looks for packages without being told, once its version is known. */
  readonly directories: readonly string[]
  /** What it belongs to, for messages: `python:3.12-slim`, `python3 of debian bookworm`. */
  readonly title: string
}

/** The Python that a plain `python3` starts at the end of a stage; undefined when there is none, or nobody knows which. */
export function pythonOf(stage: StageModel): StagePython | undefined {
  const { base, history } = stage
  if (history.some(({ transfer }) => transfer !== undefined && bringsInterpreter(transfer))) return undefined
  if (isPythonImage(base)) return official(base)
  if (base.distribution === 'distroless' && base.runtime?.language === 'python')
    return ofDebian(base.runtime.version, base.written)
  if (base.runtime !== undefined) return undefined
  const { names } = installedPackages(history)
  const isInstalled = [...names].some((name) => /^(?:python3(?:$|-)|py3-|uwsgi-plugin-python3$)/.test(name))
  if (!isInstalled || [...names].some((name) => /^python3\.\d+/.test(name))) return undefined
  const { distribution = '', release = '' } = base
  const version = shipped[`${distribution} ${release}`]
  const title = `python3 of ${distribution} ${release}`.trimEnd()
  if (base.packageManager === 'apt') return ofDebian(version, title)
  return base.packageManager === 'apk' ? ofAlpine(version, title) : undefined
}

/** Which Python 3 releases of distributions have for all of their life. */
const shipped: Readonly<Record<string, string>> = {
  'debian buster': '3.7',
  'debian bullseye': '3.9',
  'debian bookworm': '3.11',
  'debian trixie': '3.13',
  'ubuntu bionic': '3.6',
  'ubuntu focal': '3.8',
  'ubuntu jammy': '3.10',
  'ubuntu noble': '3.12',
  'alpine 3.16': '3.10',
  'alpine 3.17': '3.10',
  'alpine 3.18': '3.11',
  'alpine 3.19': '3.11',
  'alpine 3.20': '3.12',
  'alpine 3.21': '3.12',
  'alpine 3.22': '3.12',
}

/** Docker's official image, and those that uv's authors build upon it. */
function isPythonImage({ runtime, reference }: BaseProfile): boolean {
  if (runtime?.language !== 'python' || reference === undefined) return false
  return /(?:^|\/)(?:library\/python|astral-sh\/uv)$/.test(reference.repository)
}

function official({ runtime, written }: BaseProfile): StagePython {
  const version = minorOf(runtime?.version)
  return {
    ...(version === undefined ? {} : { version }),
    bin: '/usr/local/bin',
    directories: version === undefined ? [] : [`/usr/local/lib/python${version}/site-packages`],
    title: written,
  }
}

/** Debian's own has `dist-packages` where others have `site-packages`. */
function ofDebian(version: string | undefined, title: string): StagePython {
  const directories = [
    `/usr/local/lib/python${version}/dist-packages`,
    '/usr/lib/python3/dist-packages',
    `/usr/lib/python${version}`,
  ]
  return {
    ...(version === undefined ? {} : { version }),
    bin: '/usr/bin',
    directories: version === undefined ? [] : directories,
    title,
  }
}

function ofAlpine(version: string | undefined, title: string): StagePython {
  return {
    ...(version === undefined ? {} : { version }),
    bin: '/usr/bin',
    directories: version === undefined ? [] : [`/usr/lib/python${version}/site-packages`],
    title,
  }
}

function minorOf(version: string | undefined): string | undefined {
  return /^3\.\d+/.exec(version ?? '')?.[0]
}

/** COPY of an interpreter, or of a directory that has one. */
function bringsInterpreter({
  from,
  sources,
  destination,
}: NonNullable<StageModel['history'][number]['transfer']>): boolean {
  if (from.kind === 'context') return destination === '/' && sources.some(({ path }) => path === '')
  return sources.some(
    ({ path }) =>
      /^(?:\/|\/usr|\/usr\/local|\/opt|\/root\/\.local\/share)$/.test(path.replace(/(?<=.)\/(?:\*|\.)?$/, '')) ||
      /\/bin\/(?:python[\d.*]*)?$|\/bin$|uv\/python|\/(?:mini)?conda|pyenv/.test(path) ||
      /\/bin\/python/.test(destination) ||
      (destination === '/' && !isWithin(path, '/usr') && !/\.\w+$/.test(path)),
  )
}
