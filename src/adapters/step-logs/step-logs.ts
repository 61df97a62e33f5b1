import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildEvent, type Digest, type Emit, SlipwayError } from '../../core/index.ts'

/** The files of one build. */
export interface StepLogs {
  /** Where this build's files are. */
  readonly directory: string
  readonly emit: Emit
  /** The log file of a step that has written something. */
  fileOf(vertex: Digest): string | undefined
  close(): void
}

/** Which build the files are of. */
export interface StepLogsOptions {
  /** Sorts by time and is unique: `20260102T030405-1a2b`. */
  readonly build: string
  /** Builds to keep, this one included. */
  readonly keep?: number
}

// Enough for a day of work; a build of 100 chatty steps leaves a few MB.
const defaultKeep = 50
// Characters of a step's name in the name of its file.
const slugLength = 60

/**
 * Keeps everything a build says below `<directory>/<build>`: `events.jsonl` for `slipway replay`, and the whole output of
 * each step in `<number>-<name>.log`. Written as it comes, so that a killed build leaves what it had. Removes the oldest
 * builds beyond `keep`. Throws `store-unusable` when the directory cannot be made.
 */
export function openStepLogs(directory: string, options: StepLogsOptions): StepLogs {
  const own = join(directory, options.build)
  try {
    mkdirSync(own, { recursive: true })
  } catch (cause) {
    throw new SlipwayError('store-unusable', `the log directory ${own} cannot be made`, { cause })
  }
  removeOldBuilds(directory, options.keep ?? defaultKeep)
  const events = openSync(join(own, 'events.jsonl'), 'a')
  const names = new Map<Digest, string>()
  const open = new Map<Digest, number>()
  let closed = false

  function logOutput(event: Extract<BuildEvent, { type: 'vertex.log' }>): void {
    const name = names.get(event.vertex)
    if (name === undefined) return
    const file = open.get(event.vertex) ?? openSync(join(own, name), 'a')
    open.set(event.vertex, file)
    writeSync(file, event.data)
  }

  function emit(event: BuildEvent): void {
    if (closed) return
    writeSync(events, `${JSON.stringify(event)}\n`)
    if (event.type === 'vertex.started' && !names.has(event.vertex))
      names.set(event.vertex, logName(names.size + 1, event.name))
    if (event.type === 'vertex.log') logOutput(event)
    if (event.type === 'vertex.finished') {
      const file = open.get(event.vertex)
      if (file !== undefined) closeSync(file)
      open.delete(event.vertex)
    }
  }

  return {
    directory: own,
    emit,
    fileOf: (vertex) => (names.has(vertex) ? join(own, names.get(vertex) ?? '') : undefined),
    close() {
      if (closed) return
      closed = true
      for (const file of [...open.values(), events]) closeSync(file)
      open.clear()
    },
  }
}

/** `07-build-2-5-run-npm-ci.log`: readable, and nothing in it that a shell or a file system minds. */
export function logName(number: number, name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, slugLength)
    .replace(/-$/, '')
  return `${String(number).padStart(2, '0')}-${slug === '' ? 'step' : slug}.log`
}

function removeOldBuilds(directory: string, keep: number): void {
  const builds = readdirSync(directory).sort()
  for (const build of builds.slice(0, Math.max(0, builds.length - keep))) {
    rmSync(join(directory, build), { recursive: true, force: true })
  }
}
