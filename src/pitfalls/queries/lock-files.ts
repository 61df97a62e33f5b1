import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import type { DependencyInstall } from './dependency-installs.ts'
import { contextFilesAt } from './landing-places.ts'
import { contextPlaceOf } from './third-party.ts'

/** The lock files of managers that go by one. */
const names: Partial<Record<DependencyInstall['manager'], readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  yarn: ['yarn.lock'],
  pnpm: ['pnpm-lock.yaml'],
  bun: ['bun.lock', 'bun.lockb'],
  poetry: ['poetry.lock'],
  uv: ['uv.lock'],
  pdm: ['pdm.lock'],
  pipenv: ['Pipfile.lock'],
  cargo: ['Cargo.lock'],
  go: ['go.sum'],
  composer: ['composer.lock'],
  bundler: ['Gemfile.lock', 'gems.locked'],
  mix: ['mix.lock'],
}

/** What is known of the lock file of an installation. */
export interface LockState {
  /** `missing`: the context has none; `ignored`: the ignore file keeps it out; `not-copied`: it has not come into the stage. */
  readonly state: 'there' | 'missing' | 'ignored' | 'not-copied'
  /** Its usual name. */
  readonly name: string
}

/** Whether the lock file of an installation is where it looks for one; undefined when nobody knows. */
export function lockStateOf(facts: Facts, install: DependencyInstall): LockState | undefined {
  const { project } = facts
  const { manager, directory, step } = install
  const own = names[manager]
  const [name] = own ?? []
  if (project === undefined || project.truncated || own === undefined || name === undefined || directory === undefined)
    return undefined
  const place = contextPlaceOf(facts, step.stage, install) ?? (manager === 'mix' ? mixPlace(facts) : undefined)
  if (place === undefined || writesLock(install, own)) return undefined
  const files = project.files.filter(({ path, kind }) => kind !== 'directory' && own.includes(posix.basename(path)))
  const near = files.filter(({ path }) => isAbove(posix.dirname(path) === '.' ? '' : posix.dirname(path), place))
  if (near.length === 0) return { state: 'missing', name }
  const sent = near.filter(({ ignored }) => !ignored).map(({ path }) => path)
  if (sent.length === 0) return { state: 'ignored', name }
  const lands = directoriesAbove(directory).some((above) =>
    own.some((one) => contextFilesAt(step.stage, posix.join(above, one), sent).length > 0),
  )
  return { state: lands ? 'there' : 'not-copied', name }
}

/** Steps before it bring the file from somewhere else than the context: another stage, a command. */
function writesLock({ step }: DependencyInstall, own: readonly string[]): boolean {
  const { history } = step.stage
  return history.slice(0, history.indexOf(step) + 1).some(
    ({ transfer, mounts }) =>
      (transfer !== undefined &&
        transfer.from.kind !== 'context' &&
        bringsAny(
          transfer.sources.map(({ path }) => path),
          own,
        )) ||
      mounts.some(({ source, mount }) => mount.type === 'bind' && source !== undefined && source.kind !== 'context'),
  )
}

/** The file itself, or a directory that may hold it. */
function bringsAny(paths: readonly string[], own: readonly string[]): boolean {
  return paths.some(
    (path) =>
      own.includes(posix.basename(path)) || (posix.extname(path) === '' && !/node_modules|bin\/|\/lib/.test(path)),
  )
}

function mixPlace({ project }: Facts): string | undefined {
  return project?.file('mix.exs') === undefined ? undefined : ''
}

function isAbove(directory: string, place: string): boolean {
  return directory === '' || place === directory || place.startsWith(`${directory}/`)
}

function directoriesAbove(directory: string): readonly string[] {
  const found = [directory]
  for (let now = directory; now !== '/' && now !== '.'; now = posix.dirname(now)) found.push(posix.dirname(now))
  return found
}
