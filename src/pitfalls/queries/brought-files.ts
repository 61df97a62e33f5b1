import { posix } from 'node:path'
import type { StepModel } from '../facts.ts'
import { isWithin, withoutSlash } from './origins.ts'

/** Whether steps put a file at a path: `maybe` when a directory is brought whose content nobody knows. */
export function bringsPath(steps: readonly StepModel[], path: string): 'yes' | 'maybe' | 'no' {
  let found: 'maybe' | 'no' = 'no'
  for (const step of steps) {
    const verdict = broughtTo(step, path)
    if (verdict === 'yes') return 'yes'
    if (verdict === 'maybe') found = 'maybe'
  }
  return found
}

/** Directories of programs that are looked up by their names. */
const searched = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Whether steps put a program on the search path, by its name or by its absolute path. */
export function bringsProgram(
  steps: readonly StepModel[],
  name: string,
  searchPath: string | undefined,
): 'yes' | 'maybe' | 'no' {
  if (name.startsWith('/')) return bringsPath(steps, name)
  const own = (searchPath ?? '').split(':').filter((place) => place.startsWith('/'))
  const verdicts = [...new Set([...searched, ...own])].map((place) => bringsPath(steps, `${place}/${name}`))
  if (verdicts.includes('yes')) return 'yes'
  return verdicts.includes('maybe') ||
    own.some((place) => !searched.includes(place) && bringsPath(steps, place) !== 'no')
    ? 'maybe'
    : 'no'
}

function broughtTo({ transfer, command, kind }: StepModel, path: string): 'yes' | 'maybe' | 'no' {
  if (kind === 'RUN') return madeBy(command, path)
  if (transfer === undefined) return 'no'
  const destination = withoutSlash(transfer.destination)
  const verdicts = transfer.sources.map((source) => {
    if (source.kind === 'heredoc' || source.kind === 'url')
      return destination === path ||
        (transfer.intoDirectory && posix.join(destination, posix.basename(source.path)) === path)
        ? 'yes'
        : 'no'
    const named = posix.join(destination, posix.basename(source.path))
    if (destination === path || (transfer.intoDirectory && named === path)) return 'yes'
    if (!isWithin(path, destination)) return 'no'
    if (source.kind === 'git' || (kind === 'ADD' && isArchive(source.path))) return 'maybe'
    return isProgram(source.path, path) ? 'no' : 'maybe'
  })
  return verdicts.includes('yes') ? 'yes' : verdicts.includes('maybe') ? 'maybe' : 'no'
}

/** What ADD unpacks when it is a file of the context. */
export function isArchive(path: string): boolean {
  return /\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tzst|tar\.\w+|gz|bz2|xz|zst|lzma)$/i.test(path)
}

/** A single file of another name: `/usr/bin/jq`, `server.js`, `/out/svc`. */
function isProgram(source: string, path: string): boolean {
  if (/[*?[]/.test(source)) return false
  const name = posix.basename(source)
  if (/\.\w+$/.test(name)) return true
  const directory = posix.basename(posix.dirname(source))
  return name !== posix.basename(path) && /^(?:s?bin|release|debug|out)$/.test(directory)
}

function madeBy(command: StepModel['command'], path: string): 'yes' | 'maybe' | 'no' {
  let found: 'maybe' | 'no' = 'no'
  for (const action of command?.actions ?? []) {
    if (action.kind === 'copy' || action.kind === 'move' || action.kind === 'link') {
      if (isWithin(path, action.destination)) {
        const named = action.sources.map((source) => posix.join(action.destination, posix.basename(source)))
        if (withoutSlash(action.destination) === path || named.includes(path)) return 'yes'
        if (!action.sources.every((source) => isProgram(source, path))) found = 'maybe'
      }
    } else if (action.kind === 'download') {
      if (action.output !== undefined && withoutSlash(action.output) === path) return 'yes'
    } else if (action.kind === 'write') {
      if (action.paths.includes(path)) return 'yes'
    } else if (action.kind === 'unpack') {
      if (action.directory === undefined || isWithin(path, action.directory)) found = 'maybe'
    } else if (action.kind === 'build') {
      if (action.outputs.some((output) => withoutSlash(output) === path)) return 'yes'
      if (/^(?:make|cmake|ninja|meson|go|cargo)$/.test(action.tool)) found = 'maybe'
    } else if (action.kind === 'install' && action.scope !== 'system' && action.scope !== 'project') {
      const names = action.packages.map(({ name }) => name)
      if (names.includes(posix.basename(path))) return 'yes'
    }
  }
  return found
}
