import type { ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { fromPlainError, type PlainError } from '../../core/index.ts'
import {
  type Isolation,
  type IsolationReport,
  type ProbeOptions,
  spawnInNamespaces,
  type StepResult,
  type StepSpec,
} from './index.ts'
import type { FixtureRequest } from './worker-fixture.ts'

export type StepOutcome = StepResult & { readonly stdout: string; readonly stderr: string }

/** The worker of the tests, seen from the front process. */
export interface WorkerDriver {
  readonly child: ChildProcess
  readonly notes: readonly string[]
  probe(options: ProbeOptions): Promise<IsolationReport>
  open(stateDir: string, isolation: Isolation): Promise<void>
  run(spec: StepSpec, options?: { readonly abortOn?: string }): Promise<StepOutcome>
  close(): Promise<void>
}

type Answer =
  | { readonly kind: 'value'; readonly value: unknown; readonly request: string }
  | { readonly kind: 'error'; readonly error: PlainError; readonly request: string }
  | { readonly kind: 'output'; readonly id: number; readonly text: string }

/** Bundles the fixture into `directory`; returns the path of the script. */
export async function bundleFixture(directory: string): Promise<string> {
  const outfile = join(directory, 'worker-fixture.mjs')
  await build({
    entryPoints: [new URL('./worker-fixture.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    external: ['koffi'],
  })
  return outfile
}

/** Starts the fixture in namespaces of its own. */
export async function startWorker(script: string, rootless = false): Promise<WorkerDriver> {
  const { child, notes } = await spawnInNamespaces({ script, args: [], rootless, env: process.env })
  let counter = 0
  const ask = (request: FixtureRequest, onOutput?: (text: string) => void): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const listen = (answer: Answer): void => {
        if (answer.kind === 'output') return onOutput?.(answer.text)
        if (answer.request !== request.kind) return
        child.off('message', listen)
        child.off('exit', lost)
        if (answer.kind === 'value') resolve(answer.value)
        else reject(fromPlainError(answer.error))
      }
      child.on('message', listen)
      const lost = (): void => reject(new Error('the worker is gone'))
      child.once('exit', lost)
      child.send(request)
    })
  return {
    child,
    notes,
    probe: (options) => ask({ kind: 'probe', options }) as Promise<IsolationReport>,
    open: async (stateDir, isolation) => void (await ask({ kind: 'open', stateDir, isolation })),
    run: (spec, options) => {
      const id = (counter += 1)
      const watch = (text: string): void => {
        if (options?.abortOn !== undefined && text.includes(options.abortOn)) child.send({ kind: 'abort', id })
      }
      return ask({ kind: 'run', id, spec }, watch) as Promise<StepOutcome>
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await gone
    },
  }
}

/** A directory under the system's temporary one that vanishes with `remove`. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'slipway-runtime-'))
  chmodSync(path, 0o755)
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}

/** A small root file system around the host's static busybox. Throws when that is not installed (busybox-static). */
export function busyboxRootfs(directory: string): string {
  for (const name of ['bin', 'etc', 'root', 'tmp', 'var/lib']) mkdirSync(join(directory, name), { recursive: true })
  copyFileSync('/bin/busybox', join(directory, 'bin/busybox'))
  const applets =
    'sh cat ls id echo env rm mkdir rmdir touch chmod chown stat sleep mount umount mknod ln pwd hostname test grep head ip kill ps find df mv cp tail wc dd sort readlink unshare nc'
  for (const name of applets.split(' ')) symlinkSync('busybox', join(directory, 'bin', name))
  chmodSync(join(directory, 'tmp'), 0o1777)
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n')
  writeFileSync(join(directory, 'etc/group'), 'root:x:0:\nadm:x:4:app\napp:x:1000:\nextra:x:1500:app\n')
  return directory
}
