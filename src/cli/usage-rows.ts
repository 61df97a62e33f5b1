import { isReclaimable, type MeasuredUnit } from '../app/index.ts'
import { formatAge, formatBytes } from '../report/index.ts'
import type { FormatRow } from './format-rows.ts'
import { dateAndTime } from './shown-times.ts'

/** What a step is called and which stage it belongs to, of a name such as `[linux/arm64 build 2/5] RUN make`. */
export function stepAndStage(name: string): { readonly step: string; readonly stage?: string } {
  const [, stage, step] = /^\[(?:\S+ )??(?:(\S+) )?\d+\/\d+\] (.*)$/s.exec(name) ?? []
  if (step === undefined) return { step: name }
  return stage === undefined ? { step } : { step, stage }
}

export interface RowOptions {
  readonly now: number
  readonly noTrunc: boolean
}

/** Buildx' and docker's names of columns. */
export const usageHeadings: FormatRow = {
  ID: 'ID',
  Stage: 'STAGE',
  Step: 'STEP',
  Type: 'TYPE',
  CacheType: 'CACHE TYPE',
  Description: 'DESCRIPTION',
  Size: 'SIZE',
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  LastUsedAt: 'LAST ACCESSED',
  LastUsedSince: 'LAST USED',
  UsedBy: 'USED BY',
  InUse: 'IN USE',
  Shared: 'SHARED',
  Mutable: 'MUTABLE',
  Reclaimable: 'RECLAIMABLE',
}

/** One row for every step that left a layer, and one for anything else; only the first row of a layer has its size. */
export function usageRows({ unit, bytes }: MeasuredUnit, options: RowOptions): readonly FormatRow[] {
  const common = commonFields({ unit, bytes }, options)
  if (unit.steps.length === 0) return [{ ...common, Stage: '', Step: unit.description }]
  return unit.steps.map(({ step, created, used }, index) => {
    const named = stepAndStage(step)
    return {
      ...common,
      ...timeFields({ created, used }, options),
      Step: named.step,
      Stage: named.stage ?? '',
      Size: index === 0 ? formatBytes(bytes) : '"',
    }
  })
}

function commonFields({ unit, bytes }: MeasuredUnit, options: RowOptions): FormatRow {
  const isShared = unit.neededBy !== undefined
  return {
    ID: shownId(unit.id, options),
    Type: unit.type,
    CacheType: unit.type,
    Description: unit.description,
    Size: formatBytes(bytes),
    ...timeFields(unit, options),
    UsedBy: [...(unit.inUse ? ['build'] : []), ...(isShared ? ['images'] : [])].join(', ') || 'cache',
    InUse: String(unit.inUse),
    Shared: String(isShared),
    Mutable: String(unit.mutable),
    Reclaimable: String(isReclaimable(unit)),
  }
}

function timeFields({ created, used }: { readonly created: number; readonly used: number }, { now }: RowOptions) {
  const ago = (time: number): string => (time === 0 ? '' : formatAge(time, now))
  return {
    CreatedAt: created === 0 ? '' : dateAndTime(created),
    CreatedSince: ago(created),
    LastUsedAt: ago(used),
    LastUsedSince: ago(used),
  }
}

/** Ids of content as docker shortens them; names stay. */
export function shownId(id: string, { noTrunc }: Pick<RowOptions, 'noTrunc'>): string {
  return noTrunc || !/^[0-9a-f]{40,}/.test(id) ? id : id.slice(0, 12)
}

/** The lines of `docker buildx du --verbose`. */
export function verboseLines(measured: MeasuredUnit, options: RowOptions): readonly string[] {
  const row = commonFields(measured, { ...options, noTrunc: true })
  const line = (title: string, name: string): string => `${`${title}:`.padEnd(14)}${row[name] ?? ''}`
  return [
    line('ID', 'ID'),
    line('Created at', 'CreatedAt'),
    line('Mutable', 'Mutable'),
    line('Reclaimable', 'Reclaimable'),
    line('Shared', 'Shared'),
    line('Size', 'Size'),
    line('Description', 'Description'),
    line('Last used', 'LastUsedAt'),
    line('Type', 'Type'),
    '',
  ]
}
