import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { SlipwayError } from '../../core/index.ts'
import { currentUser } from './current-user.ts'
import { findProgram } from './programs.ts'

/** A process in namespaces of its own. */
export interface NamespacedProcess {
  /** Has an IPC channel. Ends with this process; to end it earlier, disconnect, or kill with SIGKILL. */
  readonly child: ChildProcess
  /** What could not be had, in words for the user. Empty when all is well. */
  readonly notes: readonly string[]
}

/** What to start. */
export interface NamespaceOptions {
  /** Path of a JavaScript file. */
  readonly script: string
  readonly args: readonly string[]
  /** Whether to become root in a user namespace first. */
  readonly rootless: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

interface Attempt {
  readonly flags: readonly string[]
  readonly notes: readonly string[]
}

const mountFlags = ['-m', '--propagation', 'private', '-f', '--kill-child']
const processFlags = ['-p', '--mount-proc']
const noProcessNote =
  'a fresh /proc cannot be mounted here, so there is no process namespace around the build; steps still have their own'

/**
 * Starts a Node script as root of a private mount and process namespace (and, rootless, a user namespace), with an IPC
 * channel ('advanced' serialization) and the standard streams of this process. Mounts vanish with it, and it is killed
 * when this process dies. Falls back to weaker arrangements and says so; rejects with `cannot-isolate` when none works.
 */
export async function spawnInNamespaces(options: NamespaceOptions): Promise<NamespacedProcess> {
  const unshare = findProgram('unshare')
  if (unshare === undefined)
    throw new SlipwayError('cannot-isolate', 'unshare is missing', { hint: 'install util-linux' })
  const failures: string[] = []
  for (const { flags, notes } of options.rootless ? rootlessAttempts() : rootAttempts()) {
    const started = await start([unshare, ...flags, '--'], options)
    if (!('failure' in started)) return { child: started.child, notes }
    failures.push(`unshare ${flags.join(' ')}: ${started.failure}`)
  }
  throw new SlipwayError('cannot-isolate', 'cannot make the namespaces that a build needs', {
    notes: failures,
    hint: options.rootless
      ? rootlessHint()
      : 'run with CAP_SYS_ADMIN (in a container: --privileged), or as an ordinary user where user namespaces are allowed',
  })
}

/** Why this user cannot have more than one id in a user namespace, and what to do about it; undefined when nothing is missing. */
export function idMapProblem(): { readonly why: string; readonly fix: string } | undefined {
  const missing = ['newuidmap', 'newgidmap'].filter((name) => findProgram(name) === undefined)
  if (missing.length > 0)
    return {
      why: `${missing.join(' and ')} missing`,
      fix: 'install the package uidmap (shadow-utils on Fedora)',
    }
  const { name, uid } = currentUser()
  const without = ['/etc/subuid', '/etc/subgid'].filter((file) => !hasRange(file, [name, String(uid)]))
  if (without.length === 0) return undefined
  const range = '100000-165535'
  return {
    why: `no range for ${name} in ${without.join(' and ')}`,
    fix: `run usermod --add-subuids ${range} --add-subgids ${range} ${name}`,
  }
}

function rootAttempts(): readonly Attempt[] {
  return [
    { flags: [...mountFlags, ...processFlags], notes: [] },
    { flags: mountFlags, notes: [noProcessNote] },
  ]
}

/** Full id maps first: with a single id, packages that own files as other users cannot be installed. */
function rootlessAttempts(): readonly Attempt[] {
  const problem = idMapProblem()
  const full = ['-U', '--map-root-user', '--map-auto', '-C', ...mountFlags]
  const lone = ['-U', '--map-root-user', '-C', ...mountFlags]
  const reason = problem === undefined ? 'the id map was refused' : `${problem.why}; ${problem.fix}`
  const note = `only one user id can be used in RUN: ${reason}`
  return [
    ...(problem === undefined
      ? [
          { flags: [...full, ...processFlags], notes: [] },
          { flags: full, notes: [noProcessNote] },
        ]
      : []),
    { flags: [...lone, ...processFlags], notes: [note] },
    { flags: lone, notes: [note, noProcessNote] },
  ]
}

function hasRange(file: string, owners: readonly string[]): boolean {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .some((line) => owners.includes(line.split(':')[0] ?? ''))
  } catch {
    return false
  }
}

function rootlessHint(): string {
  const off = [
    { file: '/proc/sys/user/max_user_namespaces', bad: '0', fix: 'sysctl -w user.max_user_namespaces=65536' },
    {
      file: '/proc/sys/kernel/unprivileged_userns_clone',
      bad: '0',
      fix: 'sysctl -w kernel.unprivileged_userns_clone=1',
    },
    {
      file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
      bad: '1',
      fix: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    },
  ].find(({ file, bad }) => readValue(file) === bad)
  return off === undefined
    ? 'allow user namespaces (in a container: seccomp=unconfined and apparmor=unconfined)'
    : `as root: ${off.fix}`
}

function readValue(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * The chain of programs. Descriptor 4 carries what unshare has to complain about until the script starts, and then one
 * word; so a failed attempt prints nothing. PDEATHSIG makes the kernel end unshare, and by --kill-child the script, when
 * this process dies in any way.
 */
async function start(
  unshare: readonly string[],
  options: NamespaceOptions,
): Promise<{ readonly child: ChildProcess } | { readonly failure: string }> {
  const setpriv = findProgram('setpriv')
  const bound = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']
  const node = [process.execPath, options.script, ...options.args]
  const outer = 'exec 5>&2 2>&4; exec "$@"'
  const inner = 'echo started >&4; exec 2>&5 4>&- 5>&-; exec "$@"'
  const shell = findProgram('sh') ?? '/bin/sh'
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'ipc', 'pipe']
  const child = spawn(shell, ['-c', outer, 'sh', ...bound, ...unshare, shell, '-c', inner, 'sh', ...node], {
    // Node would read that bundle of the front process again when it starts, which takes 50 ms. Nothing here opens connections.
    env: { ...options.env, NODE_EXTRA_CA_CERTS: undefined },
    stdio,
    serialization: 'advanced',
  })
  const failure = await firstWords(child)
  return failure === undefined ? { child } : { failure }
}

/** Undefined once the script has been started, else what went wrong before. */
function firstWords(child: ChildProcess): Promise<string | undefined> {
  const channel = child.stdio[4] as Readable
  let text = ''
  return new Promise((resolve) => {
    channel.setEncoding('utf8')
    channel.on('data', (data: string) => {
      text += data
      if (/^started$/m.test(text)) resolve(undefined)
    })
    channel.once('close', () => resolve(text.trim() || 'no reason given'))
    child.once('error', (error) => resolve(error.message))
  })
}
