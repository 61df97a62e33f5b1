import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { embeddedPrograms } from './embedded-runtime.ts'
import { findProgram } from './programs.ts'
import { type Isolation, openRuntime } from './runtime.ts'
import type { StepMount } from './step-spec.ts'

/** The ways to run a step, best first. */
export const isolationKinds = ['crun', 'runc', 'embedded', 'chroot'] as const
export type IsolationKind = (typeof isolationKinds)[number]

/** What was found out about one way. */
export interface RungReport {
  readonly kind: IsolationKind
  readonly available: boolean
  /** Why it is not available. */
  readonly why?: string
  /** What to install or allow to make it available. */
  readonly fix?: string
}

export interface IsolationReport {
  /** The way to use; absent when none works or the wanted one does not. */
  readonly chosen?: Isolation
  /** In order of preference, as far as they were tried. */
  readonly rungs: readonly RungReport[]
}

/** How to look for a way to run steps. */
export interface ProbeOptions {
  /** A directory of this process alone, on the disk where layers are: overlayfs is tried there too. */
  readonly stateDir: string
  /** Where the answer is kept until the next boot. Without it, nothing is kept. */
  readonly cacheFile?: string
  readonly wanted: 'auto' | IsolationKind
  /** Tries all ways instead of stopping at the first that works (`slipway doctor`). */
  readonly all?: boolean
}

/**
 * Finds a way to run steps by running a container with each, best first: version numbers do not tell whether a host's
 * control groups, user namespaces and security modules let it work. Call inside `spawnInNamespaces`.
 */
export async function probeIsolation(options: ProbeOptions): Promise<IsolationReport> {
  const stamp = cacheStamp(options)
  const kept = options.cacheFile === undefined || options.all === true ? undefined : readCache(options.cacheFile, stamp)
  if (kept !== undefined) return kept
  const kinds = options.wanted === 'auto' ? isolationKinds : [options.wanted]
  const rungs: RungReport[] = []
  let chosen: Isolation | undefined
  for (const kind of kinds) {
    const found = await tryKind(kind, options.stateDir)
    rungs.push(found.report)
    chosen ??= found.isolation
    if (chosen !== undefined && options.all !== true) break
  }
  const report = { rungs, ...(chosen === undefined ? {} : { chosen }) }
  if (options.cacheFile !== undefined && chosen !== undefined) writeCache(options.cacheFile, stamp, report)
  return report
}

/** The chosen way, or `cannot-isolate` with everything that was tried. */
export function requireIsolation(report: IsolationReport): Isolation {
  if (report.chosen !== undefined) return report.chosen
  const fixes = report.rungs.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
  throw new SlipwayError('cannot-isolate', 'no way to run a step in isolation works on this machine', {
    notes: report.rungs.map(({ kind, why }) => `${kind}: ${why ?? 'not available'}`),
    ...(fixes.length === 0 ? {} : { hint: fixes[0] as string }),
  })
}

interface Tried {
  readonly report: RungReport
  readonly isolation?: Isolation
}

async function tryKind(kind: IsolationKind, stateDir: string): Promise<Tried> {
  if (kind === 'chroot') {
    const why = 'running steps with chroot alone (no namespaces, snapshots by copying) is not supported'
    return { report: { kind, available: false, why, fix: 'allow user namespaces, or run with CAP_SYS_ADMIN' } }
  }
  const missing = missingPrograms(kind)
  if (missing.length > 0) {
    const fix = kind === 'embedded' ? 'install util-linux' : `install ${kind} (apt-get install ${kind})`
    return { report: { kind, available: false, why: `not installed: ${missing.join(', ')}`, fix } }
  }
  let why = ''
  for (const isolation of variants(kind)) {
    const failure = await failureOf(isolation, stateDir)
    if (failure === undefined) return { report: { kind, available: true }, isolation }
    why = why === '' ? failure : why
  }
  return { report: { kind, available: false, why, fix: fixFor(why) } }
}

function missingPrograms(kind: 'crun' | 'runc' | 'embedded'): readonly string[] {
  return (kind === 'embedded' ? embeddedPrograms : [kind]).filter((name) => findProgram(name) === undefined)
}

/** From the one with everything to the one that asks the least of the host. */
function variants(kind: 'crun' | 'runc' | 'embedded'): readonly Isolation[] {
  if (kind === 'embedded') return [{ kind }]
  const program = findProgram(kind) as string
  const full = { kind, program, cgroupMount: true, nodevRoot: kind === 'crun', mknod: true }
  const lean = { ...full, cgroupMount: false }
  // A crun that cannot put `nodev` back must not let steps make devices.
  return kind === 'crun' ? [full, lean, { ...lean, nodevRoot: false, mknod: false }] : [full, lean]
}

/** Runs a shell of the host that deletes and makes a directory of a lower layer: overlayfs can mount and still fail at that. */
async function failureOf(isolation: Isolation, stateDir: string): Promise<string | undefined> {
  mkdirSync(stateDir, { recursive: true })
  const directory = mkdtempSync(join(stateDir, 'probe-'))
  const at = (name: string): string => join(directory, name)
  for (const name of ['lower/merged', 'upper', 'work']) mkdirSync(at(name), { recursive: true })
  writeFileSync(at('lower/merged/file'), '')
  let output = ''
  try {
    const runtime = await openRuntime({ stateDir: directory, isolation })
    try {
      const { exitCode } = await runtime.runStep(
        {
          lowerDirs: [at('lower')],
          upperDir: at('upper'),
          workDir: at('work'),
          argv: ['/bin/sh', '-c', 'rm -r /merged && mkdir /merged && rmdir /merged'],
          env: [],
          cwd: '/',
          user: '',
          network: 'default',
          security: 'sandbox',
          mounts: hostPrograms(),
        },
        { kind: 'capture', write: (_, data) => (output += Buffer.from(data).toString('utf8')) },
        new AbortController().signal,
      )
      return exitCode === 0 ? undefined : `a test container failed with ${exitCode}: ${output.trim()}`
    } finally {
      runtime.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The host's own programs, read-only: there is no image yet to take a shell from. */
function hostPrograms(): readonly StepMount[] {
  return ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix', '/gnu']
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .map((path) => ({ type: 'host', target: path, path, readonly: true }))
}

function fixFor(why: string): string {
  if (/overlay/i.test(why))
    return 'put SLIPWAY_ROOT on a file system that carries overlayfs (ext4, xfs, btrfs, tmpfs) on Linux 5.11 or newer'
  if (/proc/i.test(why)) return 'allow mounting /proc (in a container: systempaths=unconfined)'
  if (/seccomp|operation not permitted/i.test(why))
    return 'allow namespaces and mounts (in a container: seccomp=unconfined, apparmor=unconfined)'
  return 'see the reason; slipway doctor shows every way that was tried'
}

/** What makes a kept answer worthless: another boot, another user namespace or user, another wish, another runtime. */
function cacheStamp(options: ProbeOptions): string {
  const read = (path: string): string => readFileSync(path, 'utf8').trim()
  const programs = ['crun', 'runc', 'unshare'].map((name) => {
    const path = findProgram(name)
    return path === undefined ? '-' : `${path} ${statSync(path).mtimeMs}`
  })
  return [read('/proc/sys/kernel/random/boot_id'), read('/proc/self/uid_map'), options.wanted, ...programs].join('\n')
}

function readCache(file: string, stamp: string): IsolationReport | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { stamp: string; report: IsolationReport }
    return kept.stamp === stamp ? kept.report : undefined
  } catch {
    return undefined
  }
}

function writeCache(file: string, stamp: string, report: IsolationReport): void {
  const temporary = `${file}.${process.pid}`
  try {
    writeFileSync(temporary, JSON.stringify({ stamp, report }))
    renameSync(temporary, file)
  } catch {
    // Without the file the next run probes again.
  }
}
