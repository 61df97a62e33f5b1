import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { interruption } from './interruption.ts'
import { type MemoryWatch, watchMemory } from './memory.ts'

export interface Sample {
  readonly seconds: number
  /** Of all processors, of the command and of the daemons that worked for it. */
  readonly cpu: number
  /** The most bytes that the processes of the command and of the daemons had at one moment, where that was watched. */
  readonly memory?: number
}

export interface Command {
  readonly argv: readonly [string, ...string[]]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Daemons that do a part of the work. */
  readonly daemons?: readonly number[]
  readonly isMemoryWatched?: boolean
}

/** Runs a command to its end and says what it took. Rejects with its output when it fails. */
export async function timed(command: Command): Promise<Sample> {
  const daemons = command.daemons ?? []
  const before = processorSeconds(daemons)
  let watch: MemoryWatch | undefined
  const start = performance.now()
  try {
    await run(command, (pid) => {
      if (command.isMemoryWatched === true) watch = watchMemory([pid, ...daemons])
    })
    const seconds = (performance.now() - start) / 1000
    const sample = { seconds, cpu: processorSeconds(daemons) - before }
    return watch === undefined ? sample : { ...sample, memory: watch.most() }
  } finally {
    watch?.end()
  }
}

/** The same without the clock. `onStart` is told the process. */
export function run({ argv: [program, ...args], env, cwd }: Command, onStart?: (pid: number) => void): Promise<void> {
  interruption.throwIfAborted()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd })
  if (child.pid !== undefined) onStart?.(child.pid)
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => said.push(data))
  const end = (): void => void child.kill()
  interruption.addEventListener('abort', end)
  return new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (interruption.aborted) reject(interruption.reason)
      else if (code === 0) resolve()
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${Buffer.concat(said).toString()}`))
    })
  }).finally(() => interruption.removeEventListener('abort', end))
}

/** Fields 14 to 17 of /proc/PID/stat: a daemon with those of its children that have ended; of this process those alone. */
function processorSeconds(daemons: readonly number[]): number {
  const ticks = daemons.map((pid) => sum(statFields(String(pid))))
  return (sum(statFields('self').slice(2)) + sum(ticks)) / ticksPerSecond
}

const ticksPerSecond = 100

function statFields(pid: string): readonly number[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map(Number)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
