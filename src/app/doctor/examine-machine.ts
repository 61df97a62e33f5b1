import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { release, tmpdir } from 'node:os'
import path from 'node:path'
import {
  currentUser,
  type Emulation,
  emulationFor,
  findProgram,
  hostTrust,
  idMapProblem,
  type IsolationReport,
  mountsByCall,
  startsHere,
} from '../../adapters/runtime/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { openSession } from '../session.ts'

/** One thing that a build may need. */
export interface Check {
  readonly name: string
  /** `missing`: no build can run. `limited`: builds run, but not all of them. */
  readonly status: 'ok' | 'limited' | 'missing'
  /** What is there, or why it is not. */
  readonly found: string
  /** What to install, allow or set. */
  readonly fix?: string
}

export interface MachineReport {
  /** A build with RUN steps can run. */
  readonly ready: boolean
  /** How its steps would be isolated. */
  readonly isolation?: string
  readonly checks: readonly Check[]
}

export interface MachineOptions {
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Looks at everything a build needs of this machine, and runs a container with every way of isolation. Makes the store. */
export async function examineMachine(options: MachineOptions): Promise<MachineReport> {
  const { checks, isolation } = await isolationChecks(options)
  const all: readonly Check[] = [
    nodeCheck(),
    { name: 'kernel', status: 'ok', found: release() },
    userCheck(),
    overlayCheck(),
    ...checks,
    await systemCallCheck(),
    ...platformChecks(),
    ...programChecks(),
    await trustCheck(options),
  ]
  const ready = isolation !== undefined && all.every(({ status }) => status !== 'missing')
  return { ready, checks: all, ...(isolation === undefined ? {} : { isolation }) }
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const found = `${process.version} (${process.execPath})`
  const good = major > 20 || (major === 20 && minor >= 19)
  return good
    ? { name: 'node', status: 'ok', found }
    : { name: 'node', status: 'missing', found, fix: 'install Node 20.19 or newer' }
}

function userCheck(): Check {
  const { name: username, uid } = currentUser()
  if (uid === 0) return { name: 'user', status: 'ok', found: 'root' }
  const problem = idMapProblem()
  return problem === undefined
    ? { name: 'user', status: 'ok', found: `${username}, with subordinate user and group ids` }
    : { name: 'user', status: 'limited', found: `${username}, with one id only: ${problem.why}`, fix: problem.fix }
}

function overlayCheck(): Check {
  const known = contentOf('/proc/filesystems').includes('\toverlay\n')
  return known
    ? { name: 'overlayfs', status: 'ok', found: 'known to the kernel' }
    : {
        name: 'overlayfs',
        status: 'limited',
        found: 'not in /proc/filesystems; the kernel may load it when it is needed',
        fix: 'as root: modprobe overlay',
      }
}

interface IsolationChecks {
  readonly checks: readonly Check[]
  readonly isolation?: string
}

/** Store, namespaces and every way to isolate steps: the same code that a build runs. */
async function isolationChecks({ root, env }: MachineOptions): Promise<IsolationChecks> {
  const notes: string[] = []
  try {
    const session = openSession({ root, env, emit: (event) => event.type === 'note' && notes.push(event.message) })
    try {
      const report = await session.call('probe', {})
      const chosen = report.chosen?.kind
      const checks = [storeCheck(root), namespaceCheck(notes), ...rungChecks(report)]
      return { checks, ...(chosen === undefined ? {} : { isolation: chosen }) }
    } finally {
      await session.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError)) throw thrown
    const { code, message, notes: details, hint } = thrown
    const found = [message, ...details].join('; ')
    const name = code === 'cannot-isolate' ? 'namespaces' : 'store'
    const failed: Check = { name, status: 'missing', found, ...(hint === undefined ? {} : { fix: hint }) }
    return { checks: name === 'store' ? [failed] : [storeCheck(root), failed] }
  }
}

function namespaceCheck(notes: readonly string[]): Check {
  return notes.length === 0
    ? { name: 'namespaces', status: 'ok', found: process.getuid?.() === 0 ? 'mount, pid' : 'user, mount, pid, cgroup' }
    : { name: 'namespaces', status: 'limited', found: notes.join('; ') }
}

/** Without chroot, which is named to say why a machine without namespaces is not enough, and never works. */
function rungChecks({ rungs, chosen }: IsolationReport): readonly Check[] {
  const possible = rungs.filter(({ kind }) => kind !== 'chroot')
  return possible.map(({ kind, available, why, fix }): Check => {
    const name = `isolation ${kind}`
    if (available) return { name, status: 'ok', found: kind === chosen?.kind ? 'works, and is used' : 'works' }
    const status = chosen === undefined ? 'missing' : 'limited'
    return { name, status, found: why ?? 'not available', ...(fix === undefined ? {} : { fix }) }
  })
}

// Less than this, and the first base with its packages does not fit.
const scarceBytes = 2 * 1024 ** 3

function storeCheck(root: string): Check {
  const { bavail, bsize } = statfsSync(root)
  const free = bavail * bsize
  const found = `${root}, ${(free / 1e9).toFixed(1)} GB free`
  return free >= scarceBytes
    ? { name: 'store', status: 'ok', found }
    : { name: 'store', status: 'limited', found, fix: 'make room, or choose another place with SLIPWAY_ROOT' }
}

async function systemCallCheck(): Promise<Check> {
  const name = 'system calls'
  if (await mountsByCall()) return { name, status: 'ok', found: 'through koffi' }
  const found = 'through mount, mknod and tar: koffi is not installed; everything works, slower'
  return { name, status: 'limited', found, fix: 'npm install koffi' }
}

/** Every architecture that people build for. Where binfmt_misc is not to be seen, as in containers, it may work all the same. */
function platformChecks(): readonly Check[] {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-doctor-'))
  try {
    return ['amd64', '386', 'arm64', 'arm', 'riscv64', 'ppc64le', 's390x'].map((name) => platformCheck(name, directory))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function platformCheck(architecture: string, directory: string): Check {
  const name = `platform ${architecture}`
  const emulation: Emulation = emulationFor(architecture)
  if (emulation.available)
    return {
      name,
      status: 'ok',
      found: emulation.handler === undefined ? 'native' : `emulated by ${emulation.handler}`,
    }
  const { why, fix, interpreter } = emulation
  if (interpreter === undefined && startsHere(architecture, directory))
    return { name, status: 'ok', found: 'emulated by a handler that is not to be seen here' }
  const found = `this machine cannot run ${architecture} programs: ${why}`
  return { name, status: 'limited', found, fix: `${fix}; or build on such a machine` }
}

const programs: readonly { readonly any: readonly string[]; readonly use: string; readonly fix: string }[] = [
  { any: ['git'], use: 'git contexts and ADD of repositories', fix: 'install git' },
  { any: ['xz'], use: 'bases from packages and .tar.xz', fix: 'install xz-utils (xz on Fedora and Alpine)' },
  { any: ['bzip2'], use: '.tar.bz2', fix: 'install bzip2' },
  { any: ['gpgv', 'sqv', 'gpg'], use: 'bases from packages: signatures', fix: 'install gpgv' },
]

function programChecks(): readonly Check[] {
  return programs.map(({ any, use, fix }): Check => {
    const name = any.join(' or ')
    const place = any.map(findProgram).find((path) => path !== undefined)
    return place === undefined
      ? { name, status: 'limited', found: `not installed; needed for ${use}`, fix }
      : { name, status: 'ok', found: place }
  })
}

async function trustCheck({ env }: MachineOptions): Promise<Check> {
  const { all, own } = await hostTrust({ env })
  const found =
    own.length === 0
      ? `${all.length} public authorities, none of a company`
      : `${own.length} beside the public ones; RUN steps trust them, too (--trust-host-ca)`
  return { name: 'certificates', status: 'ok', found }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
