import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'
import path from 'node:path'
import { storeRoot } from '../adapters/blob-store/index.ts'
import { openStepLogs } from '../adapters/step-logs/index.ts'
import type { BuildEvent } from '../core/index.ts'
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
  return storeRoot({ env, cwd, home: homedir(), uid: process.getuid?.() ?? 0 })
}

/** Opens the store, shows progress while `work` runs, and closes everything, whatever happens. */
export async function withSession<T>(options: ObservedOptions, work: (session: Session) => Promise<T>): Promise<T> {
  const root = options.root ?? defaultRoot(options.env, options.cwd)
  const display = openProgress(options.progress)
  const sinks: ((event: BuildEvent) => void)[] = [display.emit]
  const session = openSession({ ...options, root, emit: (event) => sinks.forEach((sink) => sink(event)) })
  const logs = options.logged === true ? openStepLogs(path.join(root, 'logs'), { build: buildName() }) : undefined
  if (logs !== undefined) sinks.push(logs.emit)
  try {
    return await work(session)
  } finally {
    await session.close()
    logs?.close()
    display.close()
  }
}

/** Sorts by time, and differs between builds of one second. */
function buildName(): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '')
  return `${time}-${randomBytes(2).toString('hex')}`
}
