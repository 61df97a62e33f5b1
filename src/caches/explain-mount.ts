import { type CachingStep, isWithin, overlap, type Surroundings, surroundingsOf } from './caching-step.ts'
import { type CachePlace, type CachingTool, cachingTools } from './caching-tools.ts'

/** What a cache mount was after a step. */
export interface MountState {
  readonly target: string
  readonly bytes: number
  /** Owner and mode of its directory. */
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

/** A directory outside of all mounts in which a step has left files. */
export interface Gain {
  readonly path: string
  readonly bytes: number
}

/** Why a mount stays empty and what to do about it. */
export interface EmptyMount {
  readonly target: string
  readonly reason: string
  readonly fix: string
  /** What went elsewhere instead, and is in the layer. */
  readonly elsewhere?: Gain
}

/**
 * Directories outside of the mounts in which the tools of a step may have left what a mount was meant for: absolute, clean,
 * most likely first.
 */
export function strayPlaces(step: CachingStep, targets: readonly string[]): readonly string[] {
  const own = surroundingsOf(step)
  const tools = cachingTools.filter((tool) => targets.some((target) => isFor(tool, own, target)))
  const paths = tools.flatMap((tool) => placesAnywhere(tool, own).map(({ path }) => path))
  return [...new Set(paths)].filter((path) => !targets.some((target) => isWithin(path, target)))
}

/** Why mounts in which a step has left nothing are empty, as far as the reason is known. */
export function explainEmptyMounts(
  step: CachingStep,
  mounts: readonly MountState[],
  gained: readonly Gain[],
): readonly EmptyMount[] {
  const own = surroundingsOf(step)
  return mounts.filter(({ bytes }) => bytes === 0).flatMap((mount) => explain(own, mount, gained) ?? [])
}

function explain(step: Surroundings, mount: MountState, gained: readonly Gain[]): EmptyMount | undefined {
  const { target } = mount
  const tool = cachingTools.find((one) => isFor(one, step, target))
  const removed = removedBy(step, target)
  if (removed !== undefined) return { target, ...removed }
  if (tool === undefined) return isWritable(step, mount) ? undefined : { target, ...notWritable(step, mount) }
  const disabled = tool.disabled?.(step)
  if (disabled !== undefined) return { target, ...disabled }
  const places = tool.places(step)
  const anywhere = placesAnywhere(tool, step).filter(({ path }) => !isWithin(path, target))
  const elsewhere = gained.find(({ path, bytes }) => bytes > 0 && anywhere.some((place) => place.path === path))
  const found = elsewhere === undefined ? {} : { elsewhere }
  if (!isWritable(step, mount) && places.some(({ path }) => overlap(path, target)))
    return { target, ...notWritable(step, mount), ...found }
  if (elsewhere === undefined && places.some(({ path }) => overlap(path, target))) return undefined
  const [first] = places
  const place = anywhere.find(({ path }) => path === elsewhere?.path) ?? first
  return place === undefined ? undefined : { target, ...otherPlace(step, tool, place), ...found }
}

function isFor(tool: CachingTool, step: Surroundings, target: string): boolean {
  return (
    tool.command.test(step.text) && (tool.meant.test(target) || tool.places(step).some(({ path }) => path === target))
  )
}

/** Also where the tool would keep its cache for root, for the owner of the home, and where the mount may have missed it. */
function placesAnywhere(tool: CachingTool, step: Surroundings): readonly CachePlace[] {
  const accounts = [step.home, '/root', ''].map((home) => ({ ...step, home }))
  return accounts.flatMap((one) => tool.places(one))
}

function otherPlace(
  { user, uid, gid, home }: Surroundings,
  { name }: CachingTool,
  { path, because }: CachePlace,
): Pick<EmptyMount, 'reason' | 'fix'> {
  const who = user === '' ? 'root' : user
  const tool = name.split(' ')[0] ?? name
  const inHome = home !== '' && isWithin(path, home)
  const why = because !== undefined ? `because of ${because}, ` : inHome ? `the step runs as ${who}, so ` : ''
  const owner = uid === 0 ? '' : `,uid=${uid},gid=${gid}`
  return { reason: `${why}${tool} keeps its cache in ${path}`, fix: `--mount=type=cache,target=${path}${owner}` }
}

function removedBy({ text }: Surroundings, target: string): Pick<EmptyMount, 'reason' | 'fix'> | undefined {
  for (const [command] of text.matchAll(/\brm\s+-\w*[rR]\w*\s[^;&|\n]*/g)) {
    const words = command.trim().split(/\s+/).slice(2)
    const named = words.map((word) => word.replace(/\/?\*?$/, '')).filter((word) => word.startsWith('/'))
    if (named.some((word) => overlap(word, target)))
      return {
        reason: `${command.trim()} empties it at the end`,
        fix: 'leave that out: what is in the mount is in no layer anyway',
      }
  }
  return undefined
}

function isWritable({ uid, gid }: Surroundings, mount: MountState): boolean {
  if (uid === 0) return true
  if (mount.uid === uid) return (mount.mode & 0o200) !== 0
  // A number without an entry in /etc/passwd runs with group 0.
  if (mount.gid === gid || mount.gid === 0) return (mount.mode & 0o022) !== 0
  return (mount.mode & 0o002) !== 0
}

function notWritable({ user, uid, gid }: Surroundings, mount: MountState): Pick<EmptyMount, 'reason' | 'fix'> {
  const owner = mount.uid === 0 ? 'root' : `${mount.uid}:${mount.gid}`
  return {
    reason: `it belongs to ${owner} with mode 0${mount.mode.toString(8)}, and the step runs as ${user}`,
    fix: `add uid=${uid},gid=${gid} to the mount`,
  }
}
