import { nearest, SlipwayError } from '../../core/index.ts'
import { type UsageType, usageTypes, type UsageUnit } from './usage-unit.ts'

/** What `--filter` asks for, all of it together. */
export interface UsageFilter {
  matches(unit: UsageUnit): boolean
  /** Something else than time is asked for: an image as a whole cannot pass. */
  readonly isNarrow: boolean
  /** Only what has not been used for so many milliseconds. */
  readonly unusedFor?: number
}

const texts: Readonly<Record<string, (unit: UsageUnit) => string>> = {
  id: (unit) => unit.id,
  type: (unit) => unit.type,
  description: (unit) => unit.description,
}
const flags: Readonly<Record<string, (unit: UsageUnit) => boolean>> = {
  inuse: (unit) => unit.inUse,
  shared: (unit) => unit.neededBy !== undefined,
  private: (unit) => unit.neededBy === undefined,
  mutable: (unit) => unit.mutable,
  immutable: (unit) => !unit.mutable,
}
const durations: readonly string[] = ['until', 'unused-for']

/**
 * Reads the filters of `docker buildx du` and `prune`: `until=24h`, `id=PREFIX`, `type=exec.cachemount`, `inuse`, `shared=false`,
 * `description~=REGEX`, each also with `!=`. Throws `usage` for others.
 */
export function parseUsageFilters(filters: readonly string[]): UsageFilter {
  const parsed = filters.filter((text) => text !== '').map(parseOne)
  const seen = new Set<string>()
  for (const { field } of parsed) {
    const name = durations.includes(field) ? 'until' : field
    if (seen.has(name)) throw new SlipwayError('usage', `--filter ${field} is given twice, and takes one value`)
    seen.add(name)
  }
  const age = parsed.find(({ field }) => durations.includes(field))
  const tests = parsed.filter((one) => one !== age).map(testOf)
  return {
    matches: (unit) => tests.every((test) => test(unit)),
    isNarrow: tests.length > 0,
    ...(age === undefined ? {} : { unusedFor: duration(age) }),
  }
}

interface Parsed {
  readonly text: string
  readonly field: string
  readonly operator: '=' | '!=' | '~='
  /** Absent for a field alone. */
  readonly value?: string
}

function parseOne(text: string): Parsed {
  const [, name = '', operator = '=', value] = /^([^=!~]*)(?:(==|=|!=|~=)(.*))?$/s.exec(text) ?? []
  const field = name.trim().toLowerCase()
  const known = [...Object.keys(texts), ...Object.keys(flags), ...durations]
  if (!known.includes(field)) {
    const [near] = nearest(field, known, 1)
    throw new SlipwayError('usage', `--filter ${text}: there is no filter ${JSON.stringify(field)}`, {
      hint: near === undefined ? `filters are ${known.join(', ')}` : `did you mean ${near}?`,
    })
  }
  const written = operator === '==' ? '=' : (operator as Parsed['operator'])
  return { text, field, operator: written, ...(value === undefined ? {} : { value: value.trim() }) }
}

function testOf(parsed: Parsed): (unit: UsageUnit) => boolean {
  const { text, field, operator, value } = parsed
  const flag = flags[field]
  if (flag !== undefined) {
    if (operator === '~=') throw new SlipwayError('usage', `--filter ${text}: ${field} is true or false`)
    const wanted = truth(parsed) === (operator === '=')
    return (unit) => flag(unit) === wanted
  }
  const read = texts[field] as (unit: UsageUnit) => string
  if (value === undefined) throw new SlipwayError('usage', `--filter ${text}: it needs a value, as in ${field}=VALUE`)
  if (operator === '~=') {
    const pattern = regex(parsed, value)
    return (unit) => pattern.test(read(unit))
  }
  if (field === 'type' && !usageTypes.includes(value as UsageType)) {
    throw new SlipwayError('usage', `--filter ${text}: there is no type ${JSON.stringify(value)}`, {
      hint: `types are ${usageTypes.join(', ')}`,
    })
  }
  // Ids are shown shortened, so a part of one is enough, as in buildx.
  const isSame = (unit: UsageUnit): boolean =>
    field === 'id' ? unit.id.startsWith(value.replace(/^sha256:/, '').replace(/\*$/, '')) : read(unit) === value
  return (unit) => isSame(unit) === (operator === '=')
}

function truth({ text, field, value = 'true' }: Parsed): boolean {
  if (['true', '1'].includes(value)) return true
  if (['false', '0'].includes(value)) return false
  throw new SlipwayError('usage', `--filter ${text}: ${field} is true or false`)
}

function regex({ text }: Parsed, value: string): RegExp {
  try {
    return new RegExp(value)
  } catch {
    throw new SlipwayError('usage', `--filter ${text}: ${JSON.stringify(value)} is no regular expression`)
  }
}

const unitsOfTime: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** As Go writes durations: `24h`, `1h30m`, `90s`. */
function duration({ text, value = '' }: Parsed): number {
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  const isWhole = parts.map(([part]) => part).join('') === value && (parts.length > 0 || value === '0')
  if (value !== '0' && !isWhole) {
    throw new SlipwayError('usage', `--filter ${text}: ${JSON.stringify(value)} is no duration`, {
      hint: 'write 24h, 30m or 1h30m',
    })
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitsOfTime[unit ?? ''] ?? 0), 0)
}
