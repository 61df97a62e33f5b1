import { nearest, SlipwayError } from '../../core/index.ts'

/** Who a step runs as. `home` is what HOME becomes unless the environment sets it. */
export interface Account {
  readonly uid: number
  readonly gid: number
  /** Supplementary groups; the primary one stands first among them, as containerd and BuildKit set them. */
  readonly groups: readonly number[]
  readonly home: string
}

/**
 * The account that USER names (`user`, `user:group`, by name or number, or nothing for root), looked up in the text of
 * the root file system's `/etc/passwd` and `/etc/group` as BuildKit does: a known user brings its group and supplementary
 * groups, a number without entry brings group 0, an explicit group stands alone, and two numbers (or `root`) are taken as
 * they are.
 * Throws `unknown-user` for a name without entry.
 */
export function resolveAccount(user: string, passwd: string, group: string): Account {
  const colon = user.indexOf(':')
  const userPart = colon < 0 ? user : user.slice(0, colon)
  const groupPart = colon < 0 ? '' : user.slice(colon + 1)
  const users = parsePasswd(passwd)
  const [givenUid, givenGid] = [givenId(userPart), givenId(groupPart)]
  if (givenUid !== undefined && givenGid !== undefined)
    return { uid: givenUid, gid: givenGid, groups: [givenGid], home: homeOf(givenUid, users) }
  const entry = findUser(userPart === '' ? '0' : userPart, users)
  const uid = entry?.uid ?? numericId(userPart === '' ? '0' : userPart)
  if (uid === undefined)
    throw unknownName(
      'user',
      userPart,
      '/etc/passwd',
      users.map(({ name }) => name),
    )
  const account = { uid, home: homeOf(uid, users) }
  const groups = parseGroup(group)
  if (groupPart === '') {
    const member =
      entry === undefined ? [] : groups.filter(({ members }) => members.includes(entry.name)).map(({ gid }) => gid)
    const primary = entry?.gid ?? 0
    return { ...account, gid: primary, groups: [primary, ...member.filter((gid) => gid !== primary)] }
  }
  const gid = groups.find((one) => one.name === groupPart || String(one.gid) === groupPart)?.gid ?? numericId(groupPart)
  if (gid === undefined)
    throw unknownName(
      'group',
      groupPart,
      '/etc/group',
      groups.map(({ name }) => name),
    )
  return { ...account, gid, groups: [gid] }
}

interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** An entry may have an empty one; without an entry it is the root directory. */
function homeOf(uid: number, users: readonly PasswdEntry[]): string {
  return findUser(String(uid), users)?.home ?? '/'
}

/** The first entry whose name or number is `user`. */
function findUser(user: string, users: readonly PasswdEntry[]): PasswdEntry | undefined {
  return users.find((one) => one.name === user || String(one.uid) === user)
}

function parsePasswd(text: string): readonly PasswdEntry[] {
  return records(text).flatMap(([name = '', , uid = '', gid = '', , home = '']) =>
    numericId(uid) === undefined ? [] : [{ name, uid: Number(uid), gid: numericId(gid) ?? 0, home }],
  )
}

function parseGroup(
  text: string,
): readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[] {
  return records(text).flatMap(([name = '', , gid = '', members = '']) =>
    numericId(gid) === undefined
      ? []
      : [{ name, gid: Number(gid), members: members.split(',').map((member) => member.trim()) }],
  )
}

function records(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
}

/** What needs no looking up where user and group both are such: `root`, or any unsigned 32-bit number. */
function givenId(text: string): number | undefined {
  if (text === 'root') return 0
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff ? Number(text) : undefined
}

function numericId(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined
  const id = Number(text)
  return id <= 0x7fffffff ? id : undefined
}

function unknownName(kind: 'user' | 'group', name: string, file: string, known: readonly string[]): SlipwayError {
  const close = nearest(name, known, 1)[0]
  const create =
    kind === 'user'
      ? `create it in an earlier RUN (useradd or adduser) or use a numeric id`
      : `create it in an earlier RUN or use a numeric id`
  return new SlipwayError('unknown-user', `${kind} ${name} is not in ${file} of the image`, {
    hint: close === undefined ? create : `did you mean ${close}? otherwise ${create}`,
  })
}
