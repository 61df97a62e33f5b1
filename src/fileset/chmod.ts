/** A parsed `--chmod`. Octal replaces every permission bit; symbolic clauses edit those of the source. */
export type ModeChange =
  | { readonly kind: 'octal'; readonly mode: number }
  | { readonly kind: 'symbolic'; readonly clauses: readonly ModeClause[] }

interface ModeClause {
  /** The bits that may change, set-id bits of the named classes included; undefined when no class is named. */
  readonly who: number | undefined
  readonly steps: readonly { readonly operator: '+' | '-' | '='; readonly permissions: string }[]
}

const classBits: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o0007, a: 0o6777 }
const permissionBits: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 }

/**
 * Parses the value of `--chmod`: an octal number from 0 to 07777, or a list of symbolic clauses as chmod(1) takes them
 * (`u=rwX,go=rX`, `+x`, `g=u`). Clauses without a class mean all classes; no umask is applied. Undefined when malformed.
 */
export function parseChmod(text: string): ModeChange | undefined {
  if (/^[0-9]/.test(text)) {
    return /^[0-7]+$/.test(text) && Number.parseInt(text, 8) <= 0o7777
      ? { kind: 'octal', mode: Number.parseInt(text, 8) }
      : undefined
  }
  const clauses: ModeClause[] = []
  for (const part of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(part)
    if (match === null) return undefined
    const classes = match[1] as string
    const who = classes === '' ? undefined : [...classes].reduce((bits, name) => bits | (classBits[name] as number), 0)
    const steps = [...(match[2] as string).matchAll(/([-+=])([rwxXstugo]*)/g)]
    clauses.push({
      who,
      steps: steps.map(([, operator, permissions]) => ({
        operator: operator as '+',
        permissions: permissions as string,
      })),
    })
  }
  return { kind: 'symbolic', clauses }
}

/** The permission bits (0 to 0o7777) of something that had `mode` before the change. */
export function changeMode(mode: number, change: ModeChange, isDirectory: boolean): number {
  if (change.kind === 'octal') return change.mode
  let now = mode
  for (const { who, steps } of change.clauses) {
    for (const { operator, permissions } of steps) {
      const reach = who ?? 0o6777
      const bits = stepBits(permissions, { who, now, executable: isDirectory || (mode & 0o111) !== 0 })
      if (operator === '+') now |= bits
      else if (operator === '-') now &= ~bits
      else now = (now & ~reach) | bits
    }
  }
  return now
}

/** The bits that one step names, limited to the classes it may change. */
function stepBits(
  permissions: string,
  { who, now, executable }: { readonly who: number | undefined; readonly now: number; readonly executable: boolean },
): number {
  // The sticky bit belongs to no class, but `o+t` and `o+s` mean nothing.
  const special = who === undefined || (who & ~0o007) !== 0
  const reach = (who ?? 0o6777) | (special ? 0o1000 : 0)
  let bits = 0
  for (const permission of permissions) {
    if (permission === 'X') bits |= executable ? 0o111 : 0
    else if (permission === 'u') bits |= ((now >> 6) & 7) * 0o111
    else if (permission === 'g') bits |= ((now >> 3) & 7) * 0o111
    else if (permission === 'o') bits |= (now & 7) * 0o111
    else bits |= permissionBits[permission] as number
  }
  return bits & reach
}
