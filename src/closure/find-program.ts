import { closedDirectory, type Identity, mayUse, rightsInWords } from './identity.ts'
import type { Found, Root } from './root.ts'

/** PATH of containers that nobody gave one. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface Lookup {
  readonly env: Readonly<Record<string, string>>
  /** Without leading slash. */
  readonly cwd: string
  /** Absent: nobody knows whose rights count. */
  readonly identity?: Identity
}

/** Why a name starts nothing, or what it starts. */
export type ProgramLookup =
  | { readonly kind: 'found'; readonly found: Found; readonly at: string }
  | { readonly kind: 'nowhere'; readonly searched: string }
  | { readonly kind: 'broken-link'; readonly at: string; readonly target: string }
  | { readonly kind: 'directory'; readonly at: string }
  | { readonly kind: 'forbidden'; readonly at: string; readonly found: Found; readonly why: string }

/** Finds a program as execvp does: a name with a slash from the working directory, others in PATH. */
export function findProgram(root: Root, name: string, lookup: Lookup): ProgramLookup {
  if (name.includes('/')) return judge(root, name.startsWith('/') ? name.slice(1) : `${lookup.cwd}/${name}`, lookup)
  const searched = lookup.env.PATH ?? defaultPath
  let best: ProgramLookup = { kind: 'nowhere', searched }
  for (const directory of searched.split(':')) {
    if (!directory.startsWith('/')) continue
    const one = judge(root, `${directory.replaceAll(/^\/+|\/+$/g, '')}/${name}`, lookup)
    if (one.kind === 'found') return one
    if (best.kind === 'nowhere' && one.kind !== 'directory' && one.kind !== 'nowhere') best = one
  }
  return best
}

function judge(root: Root, at: string, { identity }: Lookup): ProgramLookup {
  const path = at.replaceAll(/\/\.?(?=\/)/g, '').replace(/^\/+/, '')
  const found = root.find(path)
  if (found === undefined) {
    const broken = root.brokenLink(path)
    return broken === undefined
      ? { kind: 'nowhere', searched: `/${path}` }
      : { kind: 'broken-link', at: broken.path, target: broken.node.linkname ?? '' }
  }
  if (found.node.kind === 'dir') return { kind: 'directory', at: path }
  const why = forbidden(root, found, { path, ...(identity === undefined ? {} : { identity }) })
  return why === undefined ? { kind: 'found', found, at: path } : { kind: 'forbidden', at: path, found, why }
}

function forbidden(
  root: Root,
  { path, node }: Found,
  { identity, path: at }: { readonly identity?: Identity; readonly path: string },
): string | undefined {
  if ((node.mode & 0o111) === 0) return `it is not executable (${rightsInWords(node)})`
  if (identity === undefined) return undefined
  const closed = closedDirectory(root, identity, at) ?? closedDirectory(root, identity, path)
  if (closed !== undefined) {
    const directory = root.find(closed)
    return `the user ${identity.name} may not enter /${closed}${directory === undefined ? '' : ` (${rightsInWords(directory.node)})`}`
  }
  return mayUse(identity, node, 1) ? undefined : `the user ${identity.name} may not execute it (${rightsInWords(node)})`
}
