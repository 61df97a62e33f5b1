import { lstatSync } from 'node:fs'
import { type CachingStep, type EmptyMount, explainEmptyMounts, type Gain, strayPlaces } from '../../caches/index.ts'
import { type CountingLimit, type MeasuredDirectory, measureDirectory } from './measure-directory.ts'
import type { ExecJob } from './worker-methods.ts'
import type { WorkerWorld } from './worker-world.ts'

/** A cache mount after its step. */
export interface MeasuredCache extends MeasuredDirectory {
  /** Index into the mounts of the op. */
  readonly mount: number
}

/** What cache mounts did for a step. */
export interface CacheReport {
  readonly caches: readonly MeasuredCache[]
  /** Those in which nothing is, as far as the reason is known. */
  readonly empty: readonly EmptyMount[]
  /** What tools left outside of the mounts that were meant for them. */
  readonly elsewhere: readonly Gain[]
}

export interface CacheWatch {
  /** Counts what the command, which has ended, left outside of the mounts. Before its changes become a layer. */
  ended(): Promise<void>
  /** Counts on while they do, and a little longer than that. */
  report(committed: Promise<unknown>): Promise<CacheReport>
}

/** What counting may cost after the layer is there: milliseconds, and a share of the time that the command took. */
const [leastPatience, share] = [30, 0.03]

/** Watches the cache mounts of a step from just before its command starts; undefined when it has none. */
export function watchCaches(world: WorkerWorld, job: ExecJob, upperDir: string): CacheWatch | undefined {
  if (job.caches.length === 0) return undefined
  // The clock of the file system, which may be some milliseconds behind the other one.
  const since = lstatSync(upperDir).ctimeMs
  const started = performance.now()
  const { argv, env, cwd, user, script } = job.op
  const step: CachingStep = {
    argv,
    env,
    cwd,
    user,
    // Merging the layers of a big image takes 0.1 s, and mostly nobody asks.
    tree: () => world.layers.view(job.root),
    ...(script === undefined ? {} : { script: script.content }),
  }
  let patience = leastPatience
  let elsewhere: readonly Gain[] = []
  return {
    async ended() {
      patience += share * (performance.now() - started)
      elsewhere = await strays(step, job, { upperDir, patience })
    },
    async report(committed) {
      const limit: CountingLimit = { deadline: Number.POSITIVE_INFINITY }
      const hurry = (): void => void (limit.deadline = performance.now() + patience)
      committed.then(hurry, hurry)
      const caches: MeasuredCache[] = []
      for (const { mount, path } of job.caches) caches.push({ mount, ...(await measureDirectory(path, since, limit)) })
      return { caches, empty: explainEmptyMounts(step, statesOf(job, caches), elsewhere), elsewhere }
    },
  }
}

async function strays(
  step: CachingStep,
  { op }: ExecJob,
  { upperDir, patience }: { readonly upperDir: string; readonly patience: number },
): Promise<readonly Gain[]> {
  const targets = op.mounts.flatMap(({ target }) => target ?? [])
  const gained: Gain[] = []
  const places = strayPlaces(step, targets)
  const limit = { deadline: performance.now() + patience }
  for (const place of places) {
    const directory = directoryBelow(upperDir, place)
    if (directory === undefined) continue
    const { after } = await measureDirectory(directory, 0, limit)
    if (after.bytes > 0) gained.push({ path: place, bytes: after.bytes })
  }
  return gained
}

/** A directory among what the step changed; no link is followed. */
function directoryBelow(upperDir: string, place: string): string | undefined {
  let at = upperDir
  for (const part of place.split('/').filter((name) => name !== '')) {
    at = `${at}/${part}`
    if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  }
  return at
}

/** Only what has been counted to its end and can be written is known to be empty for a reason. */
function statesOf(
  { op, caches }: ExecJob,
  measured: readonly MeasuredCache[],
): Parameters<typeof explainEmptyMounts>[1] {
  return measured.flatMap(({ mount, complete, after }) => {
    const spec = op.mounts[mount]
    const directory = caches.find((one) => one.mount === mount)?.path
    if (spec?.type !== 'cache' || spec.readonly || !complete || directory === undefined) return []
    const { uid, gid, mode } = lstatSync(directory)
    return { target: spec.target, bytes: after.bytes, uid, gid, mode: mode & 0o7777 }
  })
}
