import type { CommandContext } from './command.ts'
import { type CommandModules, dispatch, isBrokenPipe } from './dispatch.ts'
import { watchStopSignals } from './stop-signals.ts'

/** Runs the command line of this process and ends it. */
export function runProcess(modules: CommandModules): void {
  // Left-over sockets and timers must not keep a finished program alive. Pipes, files and terminals are written
  // synchronously on Linux, so nothing is lost.
  void run(modules).then((code) => process.exit(code))
}

async function run(modules: CommandModules): Promise<number> {
  // A reader of our output that goes away is no error of ours; all else that a stream reports is.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!isBrokenPipe(error)) throw error
      process.exit(0)
    })
  }
  const stop = watchStopSignals(process)
  const context: CommandContext = {
    // Opening it takes 3 ms, and few commands read it.
    get stdin() {
      return process.stdin
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
    takeSignals: stop.takeOver,
    write,
    notice: (sentence) => void process.stderr.write(`${sentence}\n`),
  }
  const code = await dispatch(process.argv.slice(2), context, modules)
  return code === 0 ? 0 : (stop.exitCode() ?? code)
}

async function write(text: string | Uint8Array): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve))
}
