import type { CacheUse } from '../core/index.ts'
import { formatBytes } from './quantities.ts'

/** What is in the cache mounts of a step now and how much of it is new, in one line. */
export function cachesText(uses: readonly CacheUse[]): string {
  return uses.map((use) => `${use.target} ${contentText(use)}`).join(', ')
}

function contentText({ before, after, written, complete }: CacheUse): string {
  if (!complete)
    return `over ${formatBytes(after.bytes)}${written.bytes === 0 ? '' : `, over ${formatBytes(written.bytes)} new`}`
  if (after.bytes === 0) return 'is empty'
  if (written.bytes === 0) return `${formatBytes(after.bytes)}, nothing new`
  return `${formatBytes(after.bytes)}, ${before?.files === 0 ? 'all' : formatBytes(written.bytes)} new`
}
