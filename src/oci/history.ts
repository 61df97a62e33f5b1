import { goTime, isLater } from './go-json.ts'
import type { HistoryEntry } from './types.ts'

interface LayerFacts {
  readonly created?: string
  readonly description?: string
}

/**
 * History that fits the layers, by BuildKit's rules: entries beyond the layers become empty from the end, layers beyond
 * the entries get one of their own, and every entry has a time: its layer's, else that of the first new layer after the
 * first gap, else the one before it.
 */
export function completeHistory(
  history: readonly HistoryEntry[],
  layers: readonly LayerFacts[],
): readonly HistoryEntry[] {
  const described = padHistory(emptySurplus(history, layers.length), layers)
  return fillTimes(withLayerTimes(described, layers))
}

/** No time after `epoch` but in entries that are still the base's own: they describe layers that already exist. */
export function clampHistory(
  history: readonly HistoryEntry[],
  options: { readonly epoch: string; readonly base: readonly HistoryEntry[] },
): readonly HistoryEntry[] {
  const diverged = history.findIndex((entry, index) => !sameEntry(entry, options.base[index]))
  return history.map((entry, index) => {
    if (diverged < 0 || index < diverged) return entry
    const keep = entry.created !== undefined && !isLater(entry.created, options.epoch)
    return keep ? entry : { ...entry, created: options.epoch }
  })
}

function emptySurplus(history: readonly HistoryEntry[], layers: number): readonly HistoryEntry[] {
  let used = 0
  return history.map((entry) => {
    if (entry.empty_layer === true) return entry
    used += 1
    return used > layers ? { ...entry, empty_layer: true } : entry
  })
}

function padHistory(history: readonly HistoryEntry[], layers: readonly LayerFacts[]): readonly HistoryEntry[] {
  const described = history.filter((entry) => entry.empty_layer !== true).length
  const missing = layers.slice(described).map((layer) => ({
    ...(layer.created === undefined ? {} : { created: layer.created }),
    created_by: layer.description ?? 'created by slipway',
    comment: 'buildkit.exporter.image.v0',
  }))
  return [...history, ...missing]
}

function withLayerTimes(history: readonly HistoryEntry[], layers: readonly LayerFacts[]): readonly HistoryEntry[] {
  let next = 0
  return history.map((entry) => {
    if (entry.empty_layer === true) return entry
    const created = entry.created ?? layers[next]?.created
    next += 1
    return created === undefined ? entry : { ...entry, created }
  })
}

function fillTimes(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const firstGap = history.findIndex((entry) => entry.created === undefined)
  if (firstGap < 0) return history
  const after = history.slice(firstGap).find((entry) => entry.created !== undefined)?.created
  const before = history.slice(0, firstGap).findLast((entry) => entry.created !== undefined)?.created
  let current = after ?? before
  return history.map((entry, index) => {
    if (entry.created !== undefined) {
      if (index > firstGap) current = entry.created
      return entry
    }
    return current === undefined ? entry : { ...entry, created: current }
  })
}

function sameEntry(left: HistoryEntry, right: HistoryEntry | undefined): boolean {
  if (right === undefined) return false
  const time = (entry: HistoryEntry): string => (entry.created === undefined ? '' : goTime(entry.created))
  return (
    time(left) === time(right) &&
    (left.created_by ?? '') === (right.created_by ?? '') &&
    (left.author ?? '') === (right.author ?? '') &&
    (left.comment ?? '') === (right.comment ?? '') &&
    (left.empty_layer ?? false) === (right.empty_layer ?? false)
  )
}
