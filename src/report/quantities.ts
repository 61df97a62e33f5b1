const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const

/** A size as docker prints it: decimal units, three significant digits, no trailing zeros (`173MB`, `7.8MB`, `0B`). */
export function formatBytes(bytes: number): string {
  const [value, unit] = scaled(bytes)
  return `${Number(value.toPrecision(3))}${unit}`
}

/** A size for lines that change while they are watched: two decimals, so that the width stays the same (`3.40MB`). */
export function formatTransfer(bytes: number): string {
  const [value, unit] = scaled(bytes)
  return unit === 'B' ? `${bytes}B` : `${value.toFixed(2)}${unit}`
}

/** Milliseconds as BuildKit prints them in seconds: `0.4s`, `83.2s`. */
export function formatSeconds(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`
}

/** Milliseconds in words for people: `640ms`, `3.2s`, `2m 05s`, `1h 02m`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.max(0, milliseconds)
  if (whole < 1000) return `${Math.round(whole)}ms`
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)}s`
  const seconds = Math.round(whole / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`
}

/** How long ago, in docker's words (`3 hours ago`). Both times in milliseconds since the epoch. */
export function formatAge(time: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - time) / 1000))
  if (seconds < 1) return 'Less than a second ago'
  if (seconds === 1) return '1 second ago'
  if (seconds < 60) return `${seconds} seconds ago`
  const minutes = Math.floor(seconds / 60)
  if (minutes === 1) return 'About a minute ago'
  if (minutes < 60) return `${minutes} minutes ago`
  const hours = Math.round(seconds / 3600)
  if (hours === 1) return 'About an hour ago'
  if (hours < 48) return `${hours} hours ago`
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days ago`
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks ago`
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months ago`
  return `${Math.floor(hours / 24 / 365)} years ago`
}

function scaled(bytes: number): readonly [number, (typeof units)[number]] {
  let value = bytes
  let at = 0
  // 999.5 and more would round to four digits: it belongs to the next unit.
  while (Math.abs(value) >= 999.5 && at < units.length - 1) {
    value /= 1000
    at += 1
  }
  return [value, units[at] as (typeof units)[number]]
}
