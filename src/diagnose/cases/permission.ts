import { lookupOwner } from '../../fileset/index.ts'
import { nodeAt } from '../distribution.ts'
import {
  absolutePath,
  type Explanation,
  type FailedStep,
  isCovered,
  lastMatch,
  type Recogniser,
} from '../failed-step.ts'
import { programInPath } from '../programs.ts'

/** apt, apk and dnf work as root only. */
export const packageManagerAsUser: Recogniser = (step) => {
  const match = lastMatch(step, [
    /^E: .*(?:\/var\/lib\/(?:apt|dpkg)).*\(13: Permission denied\)/,
    /^E: Unable to acquire the dpkg frontend lock .*are you root\?/,
    /^ERROR: Unable to (?:lock|open) (?:apk )?database: Permission denied/,
    /^dpkg: error: requested operation requires superuser privilege/,
    /^Error: This command has to be run (?:with superuser privileges|under the root user)/,
    /^useradd: Permission denied\./,
  ])
  if (match === undefined || isRoot(step)) return undefined
  const tool = match[0].startsWith('useradd') ? 'accounts are made' : 'packages are installed'
  return {
    reason: `${tool} by root, and this step runs as user ${step.user}${setAt(step)}`,
    advice: ['move this line above USER, or put USER root before it and the old USER after it'],
  }
}

/** Messages that name what was refused; the last group of each is the path. */
const refusals: readonly RegExp[] = [
  /cannot create (?:directory|regular file) [‘']([^'’]+)['’]: Permission denied/,
  /can't (?:create|create directory|open|remove|rename) '?([^':]+)'?: Permission denied/,
  /(?:cannot create|cannot open) ([^\s:‘']+): Permission denied/,
  /cannot (?:touch|remove|open|stat|move [‘'][^'’]+['’] to) [‘']([^'’]+)['’](?: for (?:reading|writing))?: Permission denied/,
  /failed to create symbolic link [‘']([^'’]+)['’]: Permission denied/,
  /EACCES: permission denied, \w+ '([^']+)'/,
  /^npm (?:error|ERR!)\s+path:? '?([^']+?)'?,?$/,
  /(?:PermissionError|OSError): \[Errno 13\] Permission denied: '([^']+)'/,
  /(?:open|mkdir|create|unlinkat|rename|stat) (\/[^\s:]+): permission denied/,
  /failed to (?:create|open|write)[^`]*`(\/[^`]+)`/,
  /^\s*path: '([^']+)',?$/,
  /(?:^|: )(\/[^\s:]+): Permission denied$/i,
]

/** A user who is not root may not write where root does. Said only when owner and mode in the tree bear it out. */
export const notPermitted: Recogniser = (step) => {
  if (isRoot(step) || lastMatch(step, [/permission denied|EACCES/i]) === undefined) return undefined
  const match = lastMatch(step, refusals)
  const named = match?.[1]
  if (named === undefined || !(named.startsWith('/') || named.startsWith('./') || /^[\w.-]+(\/|$)/.test(named)))
    return undefined
  const path = absolutePath(step, named).replace(/\/$/, '')
  const cache = step.mounts.find(({ type, target }) => type === 'cache' && `${path}/`.startsWith(`${target}/`))
  if (path === '' || (cache === undefined && isCovered(step, path))) return undefined
  const barrier = barrierTo(step, path)
  if (barrier === undefined) return undefined
  const who = `user ${step.user}${setAt(step)}`
  const what = `${barrier.path} belongs to ${barrier.owner} with mode ${barrier.mode}`
  if (barrier.kind === 'enter' || barrier.kind === 'read')
    return {
      reason: `${who} may not ${barrier.kind} ${barrier.path}: ${what}`,
      advice: [`make it readable for all before USER (RUN chmod), or keep what is needed outside of it`],
    }
  if (cache !== undefined && `${barrier.path}/`.startsWith(`${cache.target}/`))
    return { reason: `${who} may not write to the cache mount: ${what}`, advice: [cacheAdvice(step, cache.target)] }
  return {
    reason: `${who} may not write to ${barrier.path}: ${what}`,
    advice: writeAdvice(step, barrier.path, { path, isDirectory: /mkdir|create directory/.test(match?.input ?? '') }),
  }
}

function cacheAdvice(step: FailedStep, target: string): string {
  const account = lookupOwner(step.tree, step.user)
  const owner = 'kind' in account ? '' : `,uid=${account.uid},gid=${account.gid}`
  return `let it belong to the user: --mount=type=cache,target=${target}${owner}`
}

function writeAdvice(
  step: FailedStep,
  directory: string,
  { path, isDirectory }: { readonly path: string; readonly isDirectory: boolean },
): readonly string[] {
  const owner = step.user.split(':')[0] ?? ''
  if (directory === '/') {
    const [, made = ''] = /^(\/[^/]+)\//.exec(path) ?? (isDirectory ? [path, path] : [])
    if (made === '') return [`do this above USER, or write to a directory that belongs to ${owner}`]
    return [`make it before USER: RUN mkdir -p ${made} && chown ${owner} ${made}`]
  }
  if (/^\/(usr|etc|lib|bin|sbin|var\/lib)(\/|$)/.test(directory)) {
    return [`do this as root, above USER; ${directory} should not belong to ${owner}`]
  }
  return [
    `give it to the user before USER: RUN mkdir -p ${directory} && chown ${owner} ${directory}`,
    `files that are copied there: COPY --chown=${owner} ...`,
  ]
}

interface Barrier {
  readonly kind: 'enter' | 'write' | 'read'
  readonly path: string
  readonly owner: string
  readonly mode: string
}

/** The first directory on the way that cannot be entered, or what cannot be written or read at its end. */
function barrierTo(step: FailedStep, path: string): Barrier | undefined {
  const parts = path.slice(1).split('/')
  let directory = '/'
  for (const [index, part] of parts.entries()) {
    const next = `${directory === '/' ? '' : directory}/${part}`
    if (isRefused(step, directory, 1)) return barrier(step, 'enter', directory)
    const node = nodeAt(step.tree, next)
    if (node === undefined) return isRefused(step, directory, 2) ? barrier(step, 'write', directory) : undefined
    if (index === parts.length - 1) return lastBarrier(step, next, directory)
    directory = next
  }
  return undefined
}

function lastBarrier(step: FailedStep, path: string, directory: string): Barrier | undefined {
  if (isRefused(step, path, 4)) return barrier(step, 'read', path)
  if (isRefused(step, path, 2)) return barrier(step, 'write', path)
  return isRefused(step, directory, 2) ? barrier(step, 'write', directory) : undefined
}

function barrier(step: FailedStep, kind: Barrier['kind'], path: string): Barrier {
  const node = nodeAt(step.tree, path === '/' ? '' : path)
  const owner = node?.uid === 0 && node.gid === 0 ? 'root' : `${node?.uid ?? 0}:${node?.gid ?? 0}`
  return { kind, path, owner, mode: `0${((node?.mode ?? 0o755) & 0o7777).toString(8)}` }
}

/** Whether owner and mode deny this bit (4 read, 2 write, 1 enter) to the user of the step. */
function isRefused(step: FailedStep, path: string, bit: 1 | 2 | 4): boolean {
  const node = nodeAt(step.tree, path === '/' ? '' : path)
  const account = lookupOwner(step.tree, step.user)
  // Supplementary groups are not looked at: a directory of any group but root's and the user's own is left alone.
  if (node === undefined || 'kind' in account) return false
  if (node.uid === account.uid) return (node.mode & (bit << 6)) === 0
  if (node.gid === account.gid) return (node.mode & (bit << 3)) === 0
  if (node.gid !== 0 && (node.mode & (bit << 3)) !== 0) return false
  return (node.mode & bit) === 0
}

/** A file that was to be run and has no x in its mode. */
export const notExecutable: Recogniser = (step) => {
  const named = lastMatch(step, [
    /(?:^|: )([^\s:"']*\/[^\s:"']+): [Pp]ermission denied$/,
    /exec: "([^"]+)": permission denied/,
    /(?:open executable|executable file|exec)[ :]+[`'"]?([^\s`'":]+)[`'"]?:? [Pp]ermission denied/,
    /fork\/exec (\S+): permission denied/,
  ])?.[1]
  if (named === undefined || (step.exitCode !== 126 && step.exitCode !== 2 && step.exitCode !== 1)) return undefined
  const path = named.includes('/') ? absolutePath(step, named) : programInPath(step, named)
  if (path === undefined || isCovered(step, path)) return undefined
  const node = nodeAt(step.tree, path)
  if (node?.kind === 'dir' && step.exitCode === 126)
    return { reason: `${path} is a directory, not a program`, advice: [] }
  if (node?.kind !== 'file' || (node.mode & 0o111) !== 0 || !isStarted(step, named)) return undefined
  return notExecutableFile(path, node.mode)
}

/** 126 is the shell's answer to a program that it could not start; other codes need the name as a command in the step. */
function isStarted(step: FailedStep, named: string): boolean {
  return step.exitCode === 126 || step.argv.some((word) => word.includes(named))
}

function notExecutableFile(path: string, mode: number): Explanation {
  return {
    reason: `${path} is not executable: its mode is 0${(mode & 0o7777).toString(8)}`,
    advice: [`set it where the file comes in: COPY --chmod=755, or RUN chmod +x ${path}`],
  }
}

function isRoot(step: FailedStep): boolean {
  const account = lookupOwner(step.tree, step.user)
  return 'kind' in account || account.uid === 0
}

function setAt({ userSetAt }: FailedStep): string {
  return userSetAt === undefined ? ' (set by the base image)' : ` (set in ${userSetAt})`
}
