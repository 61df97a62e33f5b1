import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { SlipwayError } from '../../../core/index.ts'
import { findProgram } from '../programs.ts'

/** A command to be run beside the processes of a running step. */
export interface EnterSpec {
  /** The first process of the step. */
  readonly first: number
  readonly argv: readonly string[]
  /** `NAME=value` */
  readonly env: readonly string[]
  /** Milliseconds until it is killed. */
  readonly longest: number
}

export interface EnterResult {
  /** Absent: it took too long. */
  readonly exitCode?: number
  /** Both streams, the first 4 KiB. */
  readonly output: string
}

const shownBytes = 4096
/** What entering takes; the program that is run has none of it, as it is not root and can have no new privileges. */
const entering = ['sys_admin', 'sys_chroot', 'sys_ptrace', 'setuid', 'setgid', 'dac_override']

/**
 * Runs a command in the namespaces, root and working directory of a step's first process, as its user and without capabilities.
 * For steps of ordinary users. Undefined while the step has not yet come to where it is to be.
 */
export async function enterStep({ first, argv, env, longest }: EnterSpec): Promise<EnterResult | undefined> {
  const { uid, gid } = idsOf(first)
  if (uid === 0 || sharesRoot(first)) return undefined
  const words = [
    '--no-new-privs',
    `--bounding-set=-all${entering.map((name) => `,+${name}`).join('')}`,
    '--inh-caps=-all',
    '--',
    required('nsenter'),
    ...namespaces(first),
    '-S',
    String(uid),
    '-G',
    String(gid),
    '--',
    ...argv,
  ]
  const variables = Object.fromEntries(
    env.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  )
  const child = spawn(required('setpriv'), words, { env: variables, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  const add = (data: Buffer): void => {
    if (output.length < shownBytes) output += data.toString('utf8')
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  return new Promise((resolve, reject) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, longest)
    child.once('error', (error) => {
      clearTimeout(timer)
      reject(new SlipwayError('cannot-isolate', `cannot start a command in the container: ${error.message}`))
    })
    // What it has left in the background may keep its streams open.
    child.once('exit', (code) => {
      clearTimeout(timer)
      setImmediate(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        resolve({ output: output.slice(0, shownBytes).trim(), ...(late ? {} : { exitCode: code ?? 137 }) })
      })
    })
  })
}

function namespaces(first: number): readonly string[] {
  return ['-t', String(first), '-m', '-u', '-i', '-n', '-p', '-r', '-w']
}

/** The programs that isolate a step run in this root, and a command must not. */
function sharesRoot(pid: number): boolean {
  const [own, other] = [statSync('/'), statSync(`/proc/${pid}/root/`)]
  return own.dev === other.dev && own.ino === other.ino
}

function idsOf(pid: number): { readonly uid: number; readonly gid: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const effective = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+\\d+\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  return { uid: effective('Uid'), gid: effective('Gid') }
}

function required(name: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new SlipwayError('cannot-isolate', `${name} is missing`, { hint: 'install util-linux' })
  return path
}
