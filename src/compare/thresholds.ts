import type { ImageDifference } from './compare-images.ts'
import type { ImageTotals } from './image-facts.ts'

const measures = ['disk', 'transfer', 'download', 'layers', 'files', 'packages'] as const
type Measure = (typeof measures)[number]

/** By how much a later image may be more than an earlier one. */
export interface Threshold {
  /** As it was written: `disk+5%`. */
  readonly text: string
  readonly measure: Measure
  readonly amount: number
  /** The amount is a part of the earlier image in percent, not bytes or a number. */
  readonly isPercent: boolean
}

/** How one threshold has gone. */
export interface ThresholdVerdict {
  readonly threshold: string
  readonly measure: Measure
  readonly outcome: 'pass' | 'fail' | 'unknown'
  /** Bytes or numbers; absent where they are not known. */
  readonly before?: number
  readonly after?: number
  /** What the later image may have at most. */
  readonly most?: number
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** `disk+5%,transfer+10MB,packages+0`, or what is wrong with it. `size` is another word for `disk`. */
export function parseThresholds(text: string): readonly Threshold[] | { readonly error: string } {
  const thresholds: Threshold[] = []
  for (const one of text.split(',')) {
    const parsed = parseOne(one.trim())
    if ('error' in parsed) return parsed
    thresholds.push(parsed)
  }
  return thresholds
}

function parseOne(text: string): Threshold | { readonly error: string } {
  const [, word = '', digits = '', unit = ''] = /^([a-z]+)\s*\+\s*(\d+(?:\.\d+)?)\s*([a-z]*|%)$/i.exec(text) ?? []
  if (word === '') return { error: `${JSON.stringify(text)} is not of the form disk+5% or packages+0` }
  const measure = measures.find((one) => one === (word === 'size' ? 'disk' : word))
  if (measure === undefined) return { error: `there is no measure ${word}; there are ${measures.join(', ')}` }
  const isSize = ['disk', 'transfer', 'download'].includes(measure)
  const isPercent = unit === '%'
  if (measure === 'download' && isPercent) return { error: 'download has no percentage: nothing of it is there before' }
  const factor = isPercent ? 1 : isSize ? units[unit.toLowerCase()] : unit === '' ? 1 : undefined
  if (factor === undefined) return { error: `${JSON.stringify(text)}: ${measure} is not counted in ${unit}` }
  return { text, measure, amount: Number(digits) * factor, isPercent }
}

/** Judges a difference; what is not known of one of the images is no pass. */
export function judgeGrowth(
  difference: ImageDifference,
  thresholds: readonly Threshold[],
): readonly ThresholdVerdict[] {
  return thresholds.map(({ text, measure, amount, isPercent }) => {
    const [before, after] = figuresOf(difference, measure)
    const about = { threshold: text, measure }
    if (before === undefined || after === undefined) return { ...about, outcome: 'unknown' }
    const most = isPercent ? before + (before * amount) / 100 : before + amount
    return { ...about, outcome: after <= most ? 'pass' : 'fail', before, after, most }
  })
}

function figuresOf(
  { before, after, layers }: ImageDifference,
  measure: Measure,
): readonly [number | undefined, number | undefined] {
  if (measure === 'download') return [0, layers.fetched.transfer]
  const of = (totals: ImageTotals): number | undefined => totals[measure]
  return [of(before), of(after)]
}
