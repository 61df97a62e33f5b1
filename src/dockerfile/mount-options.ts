/** Why an option cannot be read, and what to write instead. */
export interface OptionFailure {
  readonly error: string
  readonly hint?: string
}

/** What is mounted. */
export type MountType = 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh'
/** What happens when two steps want the same cache: both write, the second gets its own, or it waits. */
export type CacheSharing = 'shared' | 'private' | 'locked'

/**
 * A `RUN --mount` as it is written. Absent options are absent, except `type` (bind), `required` (false) and `readOnly`,
 * which is the default of the type: false for cache and tmpfs, true for the others.
 */
export interface MountOptions {
  readonly type: MountType
  readonly from?: string
  readonly source?: string
  readonly target?: string
  readonly readOnly: boolean
  /** Bytes; tmpfs only, 0 is no limit. */
  readonly size?: number
  readonly id?: string
  readonly sharing?: CacheSharing
  readonly required: boolean
  /** Name of the variable that holds a secret. */
  readonly env?: string
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
}

/** What options of a mount do not go together, in the words of the option that is wrong. */
export function checkMount(mount: MountOptions): OptionFailure | undefined {
  return checkFileOptions(mount) ?? (mount.type === 'secret' ? checkSecret(mount) : undefined) ?? checkSharing(mount)
}

function checkFileOptions(mount: MountOptions): OptionFailure | undefined {
  if (mount.type === 'secret' || mount.type === 'ssh' || mount.type === 'cache') return undefined
  const option = (['mode', 'uid', 'gid'] as const).find((name) => mount[name] !== undefined)
  if (option === undefined) return undefined
  return {
    error: `${option} not allowed for "${mount.type}" type mounts`,
    hint: 'cache, secret and ssh mounts have it',
  }
}

function checkSecret(mount: MountOptions): OptionFailure | undefined {
  if (mount.from)
    return {
      error: 'secret mount should not have a from',
      hint: 'a secret comes from the command line: --secret id=NAME,src=FILE',
    }
  if (mount.sharing) return { error: 'secret mount should not define sharing', hint: 'only cache mounts have it' }
  if (!mount.source && !mount.target && !mount.id)
    return { error: 'invalid secret mount. one of source, target required', hint: 'add id=NAME' }
  if (mount.source && mount.id)
    return { error: "both source and id can't be set", hint: 'here they mean the same: leave one out' }
  return undefined
}

function checkSharing(mount: MountOptions): OptionFailure | undefined {
  return mount.sharing !== undefined && mount.type !== 'cache'
    ? { error: `invalid cache sharing set for ${mount.type} mount`, hint: 'only cache mounts have it' }
    : undefined
}
