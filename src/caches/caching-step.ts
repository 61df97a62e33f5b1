import { posix } from 'node:path'
import { lookupOwner, resolveInRoot, type TreeView } from '../fileset/index.ts'

/** A command that ran, with what decides where its tools keep their caches. */
export interface CachingStep {
  readonly argv: readonly string[]
  /** The text of a heredoc that was run as a program. */
  readonly script?: string
  /** `NAME=value`. */
  readonly env: readonly string[]
  readonly cwd: string
  /** As USER has it; empty for root. */
  readonly user: string
  /** The root file system that it started from. */
  readonly tree: () => TreeView
}

/** What the table of tools asks of a step. */
export interface Surroundings {
  /** The command as written. */
  readonly text: string
  readonly cwd: string
  /** Without a slash at its end: empty for the root directory. */
  readonly home: string
  readonly user: string
  readonly uid: number
  readonly gid: number
  /** The value of a variable, be it set in the environment or by the command itself. */
  variable(name: string): string | undefined
  /** The text of a file of the root file system. */
  file(path: string): string | undefined
}

export function surroundingsOf(step: CachingStep): Surroundings {
  const text = commandText(step)
  const environment = (name: string): string | undefined =>
    step.env.findLast((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  const variable = (name: string): string | undefined => {
    const own = new RegExp(`(?:^|[\\s;&|(])${name}=(?:"([^"]*)"|'([^']*)'|([^\\s;&|)]*))`).exec(text)
    return own === null ? environment(name) : (own[1] ?? own[2] ?? own[3])
  }
  const file = (path: string): string | undefined => readFile(step.tree(), path)
  const account = accountOf(step)
  const home = (variable('HOME') ?? account.home).replace(/\/$/, '')
  return { text, cwd: step.cwd, user: step.user, ...account, home, variable, file }
}

/** What a shell reads, or the words of the command. */
function commandText({ argv, script = '' }: Pick<CachingStep, 'argv' | 'script'>): string {
  const shell = /^-\w*c$/.test(argv[1] ?? '') ? argv.slice(2) : argv
  return [...shell, script].join(' ').trim().replaceAll('\\\n', ' ')
}

function accountOf({ tree, user }: CachingStep): { readonly uid: number; readonly gid: number; readonly home: string } {
  if (/^(?:root|0)?(?::|$)/.test(user)) return { uid: 0, gid: 0, home: '/root' }
  const view = tree()
  const found = lookupOwner(view, user)
  const { uid, gid } = 'kind' in found ? { uid: 0, gid: 0 } : found
  const line = (readFile(view, '/etc/passwd') ?? '').split('\n').find((one) => one.split(':')[2] === String(uid))
  return { uid, gid, home: line?.split(':')[5] || '/' }
}

function readFile(tree: TreeView, path: string): string | undefined {
  const found = resolveInRoot(tree, path)
  if (typeof found !== 'string' || tree.node(found)?.kind !== 'file') return undefined
  try {
    return Buffer.from(tree.read(found)).toString('utf8')
  } catch {
    // It belongs to somebody else: what it says is not known then.
    return undefined
  }
}

/** Whether one of two absolute paths is the other or lies in it. */
export function overlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a)
}

/** Whether an absolute path is a directory or lies in it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`)
}

/** An absolute path without `.` and `..`, seen from the working directory. */
export function absolute({ cwd, home }: Pick<Surroundings, 'cwd' | 'home'>, path: string): string {
  const own = path.replace(/^~(?=\/|$)/, home).replace(/^\$\{?HOME\}?(?=\/|$)/, home)
  return posix.join('/', posix.isAbsolute(own) ? own : posix.join(cwd, own)).replace(/(?<=.)\/$/, '')
}
