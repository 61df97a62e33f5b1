import type { TreeNode } from '../fileset/index.ts'
import type { Findings } from './findings.ts'
import type { Root } from './root.ts'

/** Whose rights a program has. */
export interface Identity {
  /** As USER says it; `root` without one. */
  readonly name: string
  readonly uid: number
  readonly gids: ReadonlySet<number>
}

/** What `USER` means when a container starts. Undefined, with a gap, for names that the accounts of the image do not have. */
export function identityOf(root: Root, findings: Findings, user: string): Identity | undefined {
  if (user === '') return { name: 'root', uid: 0, gids: new Set([0]) }
  const [name = '', group] = user.split(':', 2)
  const account = name === '' ? ['root', '', '0', '0'] : entryOf(root, 'etc/passwd', name)
  if (account === undefined && !isNumber(name)) {
    unknownName(findings, { file: '/etc/passwd', what: 'user', name })
    return undefined
  }
  const own = group === undefined || group === '' ? account?.[3] : groupOf(root, group)
  if (own === undefined && group !== undefined && group !== '') {
    unknownName(findings, { file: '/etc/group', what: 'group', name: group })
    return undefined
  }
  const uid = Number(account?.[2] ?? name)
  const others = group === undefined ? membershipsOf(root, account?.[0] ?? name) : []
  return { name: user, uid, gids: new Set([Number(own ?? 0), ...others]) }
}

/** Whether somebody may read (4), write (2) or execute (1) a file, as the kernel decides. */
export function mayUse({ uid, gids }: Identity, { mode, uid: owner, gid }: TreeNode, right: 4 | 2 | 1): boolean {
  if (uid === 0) return right !== 1 || (mode & 0o111) !== 0
  if (uid === owner) return (mode & (right << 6)) !== 0
  return (mode & (gids.has(gid) ? right << 3 : right)) !== 0
}

/** The first directory above a path that somebody may not enter. */
export function closedDirectory(root: Root, identity: Identity, path: string): string | undefined {
  if (identity.uid === 0) return undefined
  const parts = path.split('/').filter((part) => part !== '')
  for (let count = 0; count < parts.length; count += 1) {
    const directory = parts.slice(0, count).join('/')
    const node = directory === '' ? undefined : root.find(directory)?.node
    if (node?.kind === 'dir' && !mayUse(identity, node, 1)) return directory
  }
  return undefined
}

/** `mode 0700, owner 0:0`. */
export function rightsInWords({ mode, uid, gid }: TreeNode): string {
  return `mode ${(mode & 0o7777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text)
}

function groupOf(root: Root, group: string): string | undefined {
  return entryOf(root, 'etc/group', group)?.[2] ?? (isNumber(group) ? group : undefined)
}

/** The line of a name, or else of a number. */
function entryOf(root: Root, file: string, name: string): readonly string[] | undefined {
  const lines = linesOf(root, file)
  return lines.find((fields) => fields[0] === name) ?? lines.find((fields) => isNumber(name) && fields[2] === name)
}

function membershipsOf(root: Root, name: string): readonly number[] {
  return linesOf(root, 'etc/group')
    .filter((fields) => (fields[3] ?? '').split(',').includes(name))
    .map((fields) => Number(fields[2]))
}

function linesOf(root: Root, file: string): readonly (readonly string[])[] {
  return (root.text(file) ?? '').split('\n').map((line) => line.trim().split(':'))
}

function unknownName(
  findings: Findings,
  { file, what, name }: { readonly file: string; readonly what: 'user' | 'group'; readonly name: string },
): void {
  findings.gap({
    kind: 'user',
    severity: 'error',
    message: `USER names the ${what} ${name}, which ${file} does not have`,
    instruction: 'USER',
    needs: name,
    hint: `make it with ${what === 'user' ? 'useradd or adduser' : 'groupadd or addgroup'} in the final stage, or write its number`,
  })
}
