import { readFileSync } from 'node:fs'

/** Whether this process is in a user namespace of its own, and whether only one id exists in it. */
export function identityMap(): { readonly userNamespace: boolean; readonly singleId: boolean } {
  const rows = readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
  const whole = rows.length === 1 && rows[0]?.[0] === 0 && rows[0][1] === 0 && rows[0][2] === 4294967295
  const size = rows.reduce((sum, row) => sum + (row[2] ?? 0), 0)
  return { userNamespace: !whole, singleId: size === 1 }
}
