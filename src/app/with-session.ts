import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { storeRoot } from '../adapters/blob-store/index.ts'
import { openStepLogs } from '../adapters/step-logs/index.ts'
import { type BuildEvent, type Digest, SlipwayError } from '../core/index.ts'
import { homeDirectory } from './home-directory.ts'
import { openProgress, type ProgressOptions } from './progress/open-progress.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

export interface ObservedOptions extends Omit<SessionOptions, 'emit' | 'root'> {
  /** Absent: what SLIPWAY_ROOT or the user's data directory say. */
  readonly root?: string
  readonly cwd: string
  readonly progress: ProgressOptions
  /** Keep events and the output of steps in the store. */
  readonly logged?: boolean
}

/** Where the store is unless somebody says otherwise. */
export function defaultRoot(env: SessionOptions['env'], cwd: string): string {
  return storeRoot({ env, cwd, home: homeDirectory(), uid: process.getuid?.() ?? 0 })
}

/**
 * Opens the store, shows progress while `work` runs, and closes everything, whatever happens. `endProgress` gives the
 * terminal back before that: nothing is shown from then on.
 */
export async function withSession<T>(
  options: ObservedOptions,
  work: (session: Session, endProgress: () => void) => Promise<T>,
): Promise<T> {
  const root =
    options.root === undefined ? defaultRoot(options.env, options.cwd) : path.resolve(options.cwd, options.root)
  const display = openProgress(options.progress)
  const sinks: ((event: BuildEvent) => void)[] = [display.emit]
  const session = openSession({ ...options, root, emit: (event) => sinks.forEach((sink) => sink(event)) })
  const logs = options.logged === true ? openStepLogs(path.join(root, 'logs'), { build: buildName() }) : undefined
  if (logs !== undefined) sinks.push(logs.emit)
  let failed: Digest | undefined
  sinks.push((event) => {
    if (event.type === 'vertex.finished' && event.outcome === 'failed') failed ??= event.vertex
  })
  try {
    const result = await work(session, () => {
      sinks.splice(sinks.indexOf(display.emit), 1)
      display.close()
    })
    await session.room.settle()
    return result
  } catch (error) {
    throw withLogFile(error, failed === undefined ? undefined : logs?.fileOf(failed))
  } finally {
    await session.close()
    logs?.close()
    display.close()
  }
}

/** A failed step prints more than an error shows: where the rest is. */
function withLogFile(error: unknown, file: string | undefined): unknown {
  if (!(error instanceof SlipwayError) || error.code !== 'run-failed') return error
  if (file === undefined || !existsSync(file)) return error
  const { at, hint, notes } = error
  const whole = `the whole output: ${file}`
  return new SlipwayError(error.code, error.message, {
    at,
    hint: hint === undefined ? whole : `${hint}\n${whole}`,
    notes,
    cause: error,
  })
}

/** Sorts by time, and differs between builds of one second. */
function buildName(): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '')
  return `${time}-${randomBytes(2).toString('hex')}`
}
