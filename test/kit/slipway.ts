import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'

// Another copy of the bundle can be named, so that a rebuild does not change the program under a running test.
const program = process.env.SLIPWAY_TEST_PROGRAM ?? path.resolve(import.meta.dirname, '../../dist/cli/main.js')

export interface RunResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly root: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** Ids of an ordinary user to run as. */
  readonly uid?: number
  readonly gid?: number
  /** A command that starts the program, and its arguments. */
  readonly through?: readonly string[]
}

/** Starts the bundled program as users do: its own process, its state under `root`, plain progress. */
export function startSlipway(args: readonly string[], options: RunOptions): ChildProcess {
  const ids = options.uid === undefined ? {} : { uid: options.uid, gid: options.gid ?? options.uid }
  const [command = '', ...rest] = [...(options.through ?? []), process.execPath, program, ...args]
  return spawn(command, rest, {
    cwd: options.cwd ?? '/',
    env: { ...process.env, NO_COLOR: '1', BUILDKIT_PROGRESS: 'plain', SLIPWAY_ROOT: options.root, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...ids,
  })
}

/** Runs the program to its end. Never rejects for an exit code: tests look at it. */
export function runSlipway(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = startSlipway(args, options)
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (data: Buffer) => out.push(data))
  child.stderr?.on('data', (data: Buffer) => err.push(data))
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
  })
}

/** Runs the program and fails the test, with everything it printed, unless it exits 0. Returns its standard output. */
export async function slipway(args: readonly string[], options: RunOptions): Promise<string> {
  const result = await runSlipway(args, options)
  if (result.code !== 0)
    throw new Error(
      `slipway ${args.join(' ')}: exit ${result.code ?? result.signal}\n${result.stderr}\n${result.stdout}`,
    )
  return result.stdout
}

/** An empty directory for a test, on a disk (not tmpfs) because overlayfs wants one; `remove` deletes it. */
export function scratchDir(name: string): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(`/var/tmp/slipway-test-${name}-`)
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
