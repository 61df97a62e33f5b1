import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { EmptyMount } from '../../caches/index.ts'
import type { CacheUse, FileAmount } from '../../core/index.ts'
import { formatBytes } from '../../report/index.ts'
import type { ExecRequest, StepFinding, StepSinks } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'
import type { CacheReport, MeasuredCache } from '../worker/cache-report.ts'
import type { HeldCache } from './with-caches.ts'

/** How much was in the caches of a step before and after it. */
export interface CacheLedger {
  /** Takes what the worker has counted, tells about it and keeps it for the next step. */
  enter(report: CacheReport, sinks: Pick<StepSinks, 'caches' | 'found'>): void
}

/**
 * Reads how much the last step left in each directory: nobody counts twice. From now on that is unknown, until this step has
 * been counted, so a failed one leaves no wrong number.
 */
export function openCacheLedger({ op }: ExecRequest, held: readonly HeldCache[]): CacheLedger {
  const before = new Map(held.map((cache) => [cache.mount, takeAmount(cache)]))
  return {
    enter({ caches, empty, elsewhere }, sinks) {
      const uses = caches.flatMap(({ mount, after, written, complete }): readonly CacheUse[] => {
        const spec = op.mounts[mount]
        if (spec?.type !== 'cache') return []
        const former = before.get(mount) ?? noneBefore(held, { mount, after, written })
        const { target, id, sharing } = spec
        return [{ target, id, sharing, ...(former === undefined ? {} : { before: former }), after, written, complete }]
      })
      for (const { mount, after, complete } of caches) {
        const cache = held.find((one) => one.mount === mount)
        if (cache !== undefined && complete) replaceFile(amountFile(cache), JSON.stringify(after))
      }
      sinks.caches?.(uses, elsewhere)
      for (const mount of empty) sinks.found?.(emptyMountFinding(mount))
    },
  }
}

function emptyMountFinding({ target, reason, fix, elsewhere }: EmptyMount): StepFinding {
  const went =
    elsewhere === undefined
      ? ''
      : `; ${formatBytes(elsewhere.bytes)} went to ${elsewhere.path}, which is in the layer of this step now`
  return {
    code: 'CacheMountStaysEmpty',
    message: `nothing is kept in the cache mount ${target}: ${reason}${went}`,
    hint: fix,
  }
}

function amountFile({ home, slot }: HeldCache): string {
  return path.join(home, `amount-${slot}`)
}

function takeAmount(cache: HeldCache): FileAmount | undefined {
  const file = amountFile(cache)
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FileAmount
  } catch {
    return undefined
  } finally {
    rmSync(file, { force: true })
  }
}

/** A new directory was empty, unless it was filled for the step. */
function noneBefore(
  held: readonly HeldCache[],
  { mount, after, written }: Pick<MeasuredCache, 'mount' | 'after' | 'written'>,
): FileAmount | undefined {
  const isNew = held.some((one) => one.mount === mount && one.isNew)
  return isNew && written.files === after.files ? { files: 0, bytes: 0 } : undefined
}
