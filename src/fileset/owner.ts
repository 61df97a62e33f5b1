import { resolveInRoot } from './resolve.ts'
import type { TreeView } from './view.ts'

/** Numeric owner of a file. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** A name that cannot be looked up because the tree is empty: there is no /etc/passwd to be unknown in. */
export interface OwnerUnknowable {
  readonly kind: 'no-accounts'
  readonly name: string
}

/**
 * The owner that `user[:group]` means in a tree, by the rules of BuildKit's file operations: numbers stand for
 * themselves and `root` for 0, a user without a group brings the group of its passwd line (a name) or its own number (an
 * id), an empty user or group is 0. Names that /etc/passwd or /etc/group do not know, also for lack of the file, silently
 * become 0 respectively the user's group; only in an empty tree a name is an error.
 */
export function lookupOwner(view: TreeView, text: string): Owner | OwnerUnknowable {
  const colon = text.indexOf(':')
  const user = colon < 0 ? text : text.slice(0, colon)
  const group = colon < 0 ? undefined : text.slice(colon + 1)
  const named = [user, group].find((name) => name !== undefined && givenId(name) === undefined)
  if (named !== undefined && view.names('').length === 0) return { kind: 'no-accounts', name: named }
  const { uid, gid } = lookupUser(view, user)
  if (group === undefined) return { uid, gid }
  return { uid, gid: givenId(group) ?? lookupGroup(view, group) ?? gid }
}

function lookupUser(view: TreeView, user: string): Owner {
  const id = givenId(user)
  if (id !== undefined) return { uid: id, gid: id }
  const fields = findLine(view, 'etc/passwd', user)
  return { uid: numeric(fields?.[2] ?? '') ?? 0, gid: numeric(fields?.[3] ?? '') ?? 0 }
}

function lookupGroup(view: TreeView, group: string): number | undefined {
  return numeric(findLine(view, 'etc/group', group)?.[2] ?? '')
}

/** The colon-separated fields of the first line that starts with `name`. */
function findLine(view: TreeView, path: string, name: string): readonly string[] | undefined {
  const file = resolveInRoot(view, path)
  if (typeof file !== 'string' || view.node(file)?.kind !== 'file') return undefined
  const lines = Buffer.from(view.read(file)).toString('utf8').split('\n')
  return lines.map((line) => line.trim().split(':')).find((fields) => fields[0] === name)
}

/** The id that a part of `--chown` is by itself. The reference reads signed 32-bit numbers; anything else is a name. */
function givenId(text: string): number | undefined {
  if (text === '' || text === 'root') return 0
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined
  const value = Number(text)
  return value >= -0x80000000 && value <= 0x7fffffff ? value >>> 0 : undefined
}

/** An id in an account file. */
function numeric(text: string): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined
  const value = Number(text)
  return value <= 0xffffffff ? value : undefined
}
