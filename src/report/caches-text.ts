import type { CacheUse } from '../core/index.ts'
import { formatBytes } from './quantities.ts'

/** What is in the cache mounts of a step now and how much of it is new, in one line. */
export function cachesText(uses: readonly CacheUse[]): string {
  return uses.map((use) => `${use.target} ${contentText(use)}`).join(', ')
}

function contentText({ before, after, written, complete }: CacheUse): string {
  const least = complete ? '' : 'over '
  if (after.bytes === 0) return complete ? 'is empty' : 'not counted'
  const all = `${least}${formatBytes(after.bytes)}`
  if (written.bytes === 0) return `${all}, nothing new`
  if (before?.files === 0) return `${all}, all new`
  return `${all}, ${least}${formatBytes(written.bytes)} new`
}
