/** How the arguments of a call that is worth watching are read. Numbers are indexes of arguments. */
export type WatchedCall =
  /** Opens a path; `flags` tells whether for writing, absent where it always is. */
  | { readonly kind: 'open'; readonly at?: number; readonly path: number; readonly flags?: number | 'in-memory' }
  /** Makes, changes or removes what a path names; without `path`, what the descriptor `at` has open. */
  | { readonly kind: 'change'; readonly at?: number; readonly path?: number; readonly capability: string }
  /** Gives a file to the user and group in these arguments. */
  | {
      readonly kind: 'give'
      readonly at?: number
      readonly path?: number
      readonly owner: readonly [user: number, group: number]
    }
  | { readonly kind: 'execute'; readonly at?: number; readonly path: number }
  /** Becomes other users or groups; `ids` are the arguments that hold them. */
  | { readonly kind: 'become'; readonly ids: readonly number[]; readonly capability: 'SETUID' | 'SETGID' }
  | { readonly kind: 'bind'; readonly address: number; readonly length: number }
  | { readonly kind: 'socket'; readonly family: number; readonly type: number }
  | { readonly kind: 'privileged'; readonly capability: string }

const change = (path: number, at?: number, capability = 'FOWNER'): WatchedCall => ({
  kind: 'change',
  path,
  capability,
  ...(at === undefined ? {} : { at }),
})
const become = (capability: 'SETUID' | 'SETGID', ...ids: readonly number[]): WatchedCall => ({
  kind: 'become',
  ids,
  capability,
})
const needs = (capability: string): WatchedCall => ({ kind: 'privileged', capability })

/** By name, as in the table of calls. */
export const watchedCalls: ReadonlyMap<string, WatchedCall> = new Map<string, WatchedCall>([
  ['open', { kind: 'open', path: 0, flags: 1 }],
  ['openat', { kind: 'open', at: 0, path: 1, flags: 2 }],
  ['openat2', { kind: 'open', at: 0, path: 1, flags: 'in-memory' }],
  ['creat', { kind: 'open', path: 0 }],
  ['mkdir', change(0)],
  ['mkdirat', change(1, 0)],
  ['rmdir', change(0)],
  ['unlink', change(0)],
  ['unlinkat', change(1, 0)],
  ['rename', change(1)],
  ['renameat', change(3, 2)],
  ['renameat2', change(3, 2)],
  ['link', change(1)],
  ['linkat', change(3, 2)],
  ['symlink', change(1)],
  ['symlinkat', change(2, 1)],
  ['truncate', change(0)],
  ['mknod', change(0, undefined, 'MKNOD')],
  ['mknodat', change(1, 0, 'MKNOD')],
  ['chmod', change(0)],
  ['fchmod', { kind: 'change', at: 0, capability: 'FOWNER' }],
  ['fchmodat', change(1, 0)],
  ['fchmodat2', change(1, 0)],
  ['utimensat', change(1, 0)],
  ['setxattr', change(0)],
  ['lsetxattr', change(0)],
  ['chown', { kind: 'give', path: 0, owner: [1, 2] }],
  ['lchown', { kind: 'give', path: 0, owner: [1, 2] }],
  ['fchown', { kind: 'give', at: 0, owner: [1, 2] }],
  ['fchownat', { kind: 'give', at: 0, path: 1, owner: [2, 3] }],
  ['execve', { kind: 'execute', path: 0 }],
  ['execveat', { kind: 'execute', at: 0, path: 1 }],
  ['setuid', become('SETUID', 0)],
  ['setreuid', become('SETUID', 0, 1)],
  ['setresuid', become('SETUID', 0, 1, 2)],
  ['setgid', become('SETGID', 0)],
  ['setregid', become('SETGID', 0, 1)],
  ['setresgid', become('SETGID', 0, 1, 2)],
  ['setgroups', become('SETGID')],
  ['bind', { kind: 'bind', address: 1, length: 2 }],
  ['socket', { kind: 'socket', family: 0, type: 1 }],
  ['chroot', needs('SYS_CHROOT')],
  ['kill', needs('KILL')],
  ['mount', needs('SYS_ADMIN')],
  ['umount2', needs('SYS_ADMIN')],
  ['sethostname', needs('SYS_ADMIN')],
  ['swapon', needs('SYS_ADMIN')],
  ['settimeofday', needs('SYS_TIME')],
  ['clock_settime', needs('SYS_TIME')],
])
