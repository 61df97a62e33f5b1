import type { TreeView } from '../fileset/index.ts'

/** A program that ended with an error, and what is known about where it ran. Nothing in it is asked of a network. */
export interface FailedStep {
  readonly exitCode: number
  /** Killed by the kernel for want of memory, as far as can be told. */
  readonly oomKilled: boolean
  /** The end of its output: enough to hold the first line of a message that is followed by a page of advice. */
  readonly lines: readonly string[]
  readonly argv: readonly string[]
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly cwd: string
  /** As USER has it; empty for root. */
  readonly user: string
  /** The line that set USER, as `Dockerfile:5`. */
  readonly userSetAt?: string
  readonly network: 'default' | 'none' | 'host'
  readonly mounts: readonly StepMount[]
  /** The root file system as the step left it. */
  readonly tree: TreeView
  readonly machine: Machine
}

/** A mount of the step: what the tree shows at its target is not what the program saw. */
export interface StepMount {
  readonly type: string
  readonly target: string
  readonly readonly: boolean
}

/** What the machine that ran the step is like. Plain data. */
export interface Machine {
  /** OCI name of its architecture. */
  readonly architecture: string
  /** OCI names of the architectures whose programs it can run, itself or emulated. */
  readonly runs: readonly string[]
  /** What is known about the others that it could be made to emulate, by OCI name. */
  readonly unready?: Readonly<Record<string, UnreadyEmulation>>
  /** Whether steps are made to trust what this machine trusts. */
  readonly trustHostCa: 'auto' | 'on' | 'off'
  /** Subjects of the certificate authorities that were added to this machine, one line each. */
  readonly authorities: readonly string[]
  /** Names of the proxy variables that steps get. */
  readonly proxies: readonly string[]
}

/** Why programs of an architecture are not emulated. */
export interface UnreadyEmulation {
  /** To stand in parentheses. */
  readonly why: string
  readonly fix: string
  /** They are emulated where the root file system has this file. */
  readonly interpreter?: string
}

/** Why a step failed and what to do about it, for people. */
export interface Explanation {
  /** In a sentence. */
  readonly reason: string
  /** What to do, one thing per line. */
  readonly advice: readonly string[]
  /** Paths of which one would have helped: another stage may have it. */
  readonly wanted?: readonly string[]
}

/** One kind of failure. Pure: text and tree to an explanation, or nothing when it is not sure. */
export type Recogniser = (step: FailedStep) => Explanation | undefined

/** How far from the end a message counts as the cause: earlier trouble has been survived. */
const window = 40

/** The last line that one of the patterns matches, with its groups; patterns are tried in order for each line. */
export function lastMatch(step: FailedStep, patterns: readonly RegExp[]): RegExpExecArray | undefined {
  const recent = step.lines.filter((line) => line.trim() !== '').slice(-window)
  for (const line of recent.reverse()) {
    for (const pattern of patterns) {
      const match = pattern.exec(line)
      if (match !== null) return match
    }
  }
  return undefined
}

/** Whether a mount hides this absolute path from the tree. */
export function isCovered(step: FailedStep, path: string): boolean {
  return ['/proc', '/sys', '/dev', ...step.mounts.map(({ target }) => target)].some(
    (target) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`),
  )
}

/** An absolute path, seen from the working directory of the step. */
export function absolutePath(step: Pick<FailedStep, 'cwd'>, path: string): string {
  return path.startsWith('/') ? path : `${step.cwd === '/' ? '' : step.cwd}/${path.replace(/^\.\//, '')}`
}

/** The value of a variable of the step. */
export function variable(step: Pick<FailedStep, 'env'>, name: string): string | undefined {
  return step.env.findLast((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
