import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { SlipwayError } from '../../core/index.ts'
import type { StepControl, StepIo, StepResult, TerminalSize } from './step-spec.ts'
import { openStreams, type StreamPlaces } from './step-streams.ts'

/** A program that runs one step and ends with it. */
export interface StepCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly streams: StreamPlaces
  /** The first process of the step, as seen here; undefined before it exists. When it dies, all its descendants do. */
  readonly firstProcess: (launcher: number) => number | undefined
}

/** How long a step may take to react to SIGTERM, in milliseconds, before it is killed. */
const patience = 1000

/**
 * Runs the command and hands its output on as it comes. On abort the step gets SIGTERM, later SIGKILL, and the promise
 * rejects with `cancelled` once nothing of it is left.
 */
export async function superviseStep(command: StepCommand, io: StepIo, signal: AbortSignal): Promise<StepResult> {
  signal.throwIfAborted()
  const killsBefore = memoryKills()
  const streams = openStreams(command.streams, io)
  const child = spawn(command.program, command.args, { env: command.env, stdio: [...streams.stdio] })
  streams.handOver()
  const ended = endOf(child, command.program)
  const stop = stopOnAbort(child, command, signal)
  io.onReady?.(controlOf(child, command))
  try {
    const { code, killedBy } = await ended
    await streams.drained
    if (signal.aborted) throw new SlipwayError('cancelled', 'the step was cancelled')
    const exitCode = code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy])
    const signalName = killedBy ?? signalOf(exitCode)
    const oomKilled = exitCode === 128 + constants.signals.SIGKILL && memoryKills() > killsBefore
    return { exitCode, oomKilled, ...(signalName === undefined ? {} : { signal: signalName }) }
  } finally {
    stop()
  }
}

function endOf(
  child: ChildProcess,
  program: string,
): Promise<{ code: number | null; killedBy: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new SlipwayError('cannot-isolate', `cannot start ${program}: ${error.message}`)),
    )
    child.once('exit', (code, killedBy) => resolve({ code, killedBy }))
  })
}

/** Returns what takes the watch off again. */
function stopOnAbort(child: ChildProcess, command: StepCommand, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined
  const deadline = { at: 0 }
  const kill = (): void => {
    const first = child.pid === undefined ? undefined : command.firstProcess(child.pid)
    const late = performance.now() >= deadline.at
    if (first !== undefined) sendSignal(first, late ? 'SIGKILL' : 'SIGTERM')
    else if (late) child.kill('SIGKILL')
    // Before the first process exists there is nobody to signal: look again soon.
    timer = setTimeout(kill, first === undefined ? 20 : Math.max(20, deadline.at - performance.now()))
  }
  const start = (): void => {
    deadline.at = performance.now() + patience
    kill()
  }
  signal.addEventListener('abort', start, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', start)
  }
}

function controlOf(child: ChildProcess, command: StepCommand): StepControl {
  // What comes before the first process exists waits for it.
  const withFirst = (act: (pid: number) => void): void => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const first = command.firstProcess(child.pid)
    if (first === undefined) setTimeout(() => withFirst(act), 20)
    else act(first)
  }
  return {
    signal: (name) => withFirst((pid) => sendSignal(pid, name)),
    resize: (size) => withFirst((pid) => resizeTerminal(pid, size)),
    firstProcess: () =>
      child.exitCode !== null || child.signalCode !== null || child.pid === undefined
        ? undefined
        : command.firstProcess(child.pid),
  }
}

/** crun copies the size once, at the start. Any end of a pseudo-terminal can set it; the kernel tells the programs. */
function resizeTerminal(pid: number, { rows, columns }: TerminalSize): void {
  const args = ['-F', `/proc/${pid}/fd/0`, 'rows', String(rows), 'cols', String(columns)]
  spawn('stty', args, { stdio: 'ignore' }).on('error', () => {})
}

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It is gone, which is what was wanted.
  }
}

function signalOf(exitCode: number): NodeJS.Signals | undefined {
  const entry = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  return entry?.[0] as NodeJS.Signals | undefined
}

/** How many processes the kernel has killed for want of memory since boot. */
function memoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
