import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Isolation, StepSpec } from '../index.ts'
import { findProgram } from '../programs.ts'
import { bundleFixtures, startWorker, type StepOutcome, type WorkerDriver } from './worker-driver.ts'

/** One combination that the tests of steps run under. */
export interface StepContext {
  readonly name: string
  readonly kind: 'crun' | 'runc' | 'embedded'
  readonly rootless: boolean
  /** Without koffi, mounts go through programs. */
  readonly systemCalls: boolean
}

const all: readonly StepContext[] = [
  { name: 'crun as root', kind: 'crun', rootless: false, systemCalls: true },
  { name: 'runc as root', kind: 'runc', rootless: false, systemCalls: false },
  { name: 'util-linux as root', kind: 'embedded', rootless: false, systemCalls: true },
  { name: 'crun as an ordinary user', kind: 'crun', rootless: true, systemCalls: false },
  { name: 'runc as an ordinary user', kind: 'runc', rootless: true, systemCalls: true },
  { name: 'util-linux as an ordinary user', kind: 'embedded', rootless: true, systemCalls: false },
]

/** The combinations that this machine can test; says on standard error why others are left out. */
export function stepContexts(): readonly StepContext[] {
  return all.filter((context) => {
    const why = missing(context)
    if (why !== undefined) process.stderr.write(`not tested: ${context.name}: ${why}\n`)
    return why === undefined
  })
}

function missing({ kind, rootless }: StepContext): string | undefined {
  if (process.getuid?.() !== 0) return 'the tests do not run as root'
  if (!existsSync('/bin/busybox')) return 'busybox-static is not installed'
  if (kind !== 'embedded' && findProgram(kind) === undefined) return `${kind} is not installed`
  if (rootless && (findProgram('newuidmap') === undefined || findProgram('useradd') === undefined))
    return 'newuidmap or useradd is not installed'
  return undefined
}

/** A worker with a root file system to run steps on. */
export interface StepBench {
  readonly directory: string
  /** The busybox layer. */
  readonly base: string
  /** Where the bundled scripts are. */
  readonly scripts: string
  readonly driver: WorkerDriver
  readonly isolation: Isolation
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  /** A new directory that the worker may use. */
  directoryFor(name: string): string
  /** Runs a shell command on the busybox layer with a new upper directory. */
  sh(command: string, changes?: Partial<StepSpec>): Promise<BenchOutcome>
  close(): Promise<void>
}

export type BenchOutcome = StepOutcome & {
  /** Everything in the upper directory, sorted. */
  readonly upper: readonly string[]
  readonly upperDir: string
}

/** Starts a worker for a combination. Ordinary users are made for the test and removed by `close`. */
export async function openBench(context: StepContext): Promise<StepBench> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-steps-'))
  // koffi is found from below node_modules only.
  const modules = new URL('../../../../node_modules/.cache', import.meta.url).pathname
  mkdirSync(modules, { recursive: true })
  const scripts = mkdtempSync(join(context.systemCalls ? modules : tmpdir(), 'slipway-scripts-'))
  for (const path of [directory, scripts]) chmodSync(path, 0o755)
  const user = context.rootless ? makeUser() : undefined
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true })
    rmSync(scripts, { recursive: true, force: true })
    if (user !== undefined) execFileSync('userdel', [user.name])
  }
  try {
    return await equip(context, { directory, scripts, user, remove })
  } catch (error) {
    remove()
    throw error
  }
}

interface Places {
  readonly directory: string
  readonly scripts: string
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly remove: () => void
}

async function equip(context: StepContext, { directory, scripts, user, remove }: Places): Promise<StepBench> {
  const own = (path: string): string => {
    mkdirSync(path, { recursive: true })
    if (user !== undefined) chownSync(path, user.uid, user.gid)
    return path
  }
  await bundleFixtures(scripts)
  const driver = await startWorker(scripts, user)
  const base = busyboxRootfs(own(join(directory, 'base')))
  if (user !== undefined) execFileSync('chown', ['-hR', `${user.uid}:${user.gid}`, base])
  const report = await driver.probe({ stateDir: own(join(directory, 'probe')), wanted: context.kind })
  if (report.chosen === undefined) throw new Error(JSON.stringify(report.rungs))
  await driver.open(own(join(directory, 'state')), report.chosen)
  let counter = 0
  const directoryFor = (name: string): string => own(join(directory, `${(counter += 1)}-${name}`))
  return {
    directory,
    base,
    scripts,
    driver,
    isolation: report.chosen,
    user,
    directoryFor,
    sh: async (command, changes) => {
      const [upperDir, workDir] = [directoryFor('upper'), directoryFor('work')]
      const outcome = await driver.run({
        ...plainStep,
        lowerDirs: [base],
        argv: ['sh', '-c', command],
        ...changes,
        upperDir,
        workDir,
      })
      return { ...outcome, upperDir, upper: readdirSync(upperDir, { recursive: true, encoding: 'utf8' }).sort() }
    },
    close: async () => {
      await driver.close()
      remove()
    },
  }
}

const plainStep = { env: [], cwd: '/', user: '', network: 'default', security: 'sandbox', mounts: [] } as const

function makeUser(): { readonly name: string; readonly uid: number; readonly gid: number } {
  const name = `slipway-${process.pid}-${Math.floor(performance.now())}`
  execFileSync('useradd', ['--no-create-home', '--user-group', name])
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { name, uid: id('-u'), gid: id('-g') }
}

/** A small root file system around the host's static busybox. */
export function busyboxRootfs(directory: string): string {
  for (const name of ['bin', 'etc', 'root', 'tmp', 'var/lib']) mkdirSync(join(directory, name), { recursive: true })
  copyFileSync('/bin/busybox', join(directory, 'bin/busybox'))
  for (const name of applets.split(' ')) symlinkSync('busybox', join(directory, 'bin', name))
  chmodSync(join(directory, 'tmp'), 0o1777)
  writeFileSync(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n')
  writeFileSync(join(directory, 'etc/group'), 'root:x:0:\nadm:x:4:app\napp:x:1000:\nextra:x:1500:app\n')
  return directory
}

const applets =
  'sh cat ls id echo env rm mkdir rmdir touch chmod chown stat sleep mount umount mknod ln pwd hostname grep head ip kill ps find df mv cp tail wc dd sort readlink unshare nc'
