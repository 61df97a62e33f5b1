/** A user and, behind a colon, a group; each a name or a number. An empty user stands for root. */
export interface UserSpec {
  readonly user: string
  readonly group?: string
}

/** Reads `user[:group]` as USER and `--chown` have it; undefined when there are too many parts. */
export function parseUserSpec(text: string): UserSpec | undefined {
  const [user = '', group, ...others] = text.split(':')
  if (others.length > 0) return undefined
  return group === undefined || group === '' ? { user } : { user, group }
}
