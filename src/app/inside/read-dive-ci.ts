import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { defaultDiveRules, type DiveRules } from '../../analysis/index.ts'
import { SlipwayError } from '../../core/index.ts'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** One threshold as dive's files and flags write it: a number, a size (`20MB`, `1 GiB`), `disabled`. */
export function parseDiveRule(rule: keyof DiveRules, value: unknown, where: string): number | undefined {
  const text = String(value).trim()
  if (text === 'disabled') return undefined
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? []
  const isSize = rule === 'highestWastedBytes'
  const factor = isSize ? units[unit.toLowerCase()] : unit === '' ? 1 : undefined
  const number = Number(digits) * (factor ?? Number.NaN)
  if (digits !== '' && Number.isFinite(number) && (isSize || number <= 1)) return number
  throw new SlipwayError('config-invalid', `${where}: ${rule} cannot be ${JSON.stringify(value)}`, {
    hint: isSize ? 'write a size such as 20MB, or disabled' : 'write a number from 0 to 1, or disabled',
  })
}

/**
 * The rules of a `.dive-ci`; without one those that dive has by itself. `file` must be there, `.dive-ci` need not. Throws
 * `config-invalid` with the name of the file.
 */
export function readDiveCi(cwd: string, file: string | undefined): DiveRules {
  const name = file ?? '.dive-ci'
  let text: string
  try {
    text = readFileSync(path.resolve(cwd, name), 'utf8')
  } catch (cause) {
    if (file === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return defaultDiveRules
    throw new SlipwayError('config-invalid', `cannot read ${name}: ${(cause as Error).message}`, { cause })
  }
  return parseDiveCi(text, name)
}

function parseDiveCi(text: string, name: string): DiveRules {
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    throw new SlipwayError('config-invalid', `${name}: ${(cause as Error).message}`, { cause })
  }
  const rules = ((value ?? {}) as { readonly rules?: unknown }).rules ?? {}
  if (typeof rules !== 'object' || Array.isArray(rules))
    throw new SlipwayError('config-invalid', `${name}: rules is not a mapping`)
  const given = rules as Readonly<Record<string, unknown>>
  const known = Object.keys(defaultDiveRules) as readonly (keyof DiveRules)[]
  const foreign = Object.keys(given).find((key) => !known.includes(key as keyof DiveRules))
  if (foreign !== undefined)
    throw new SlipwayError('config-invalid', `${name}: there is no rule ${foreign}`, {
      hint: `rules: ${known.join(', ')}`,
    })
  const ruleOf = (rule: keyof DiveRules): number | undefined =>
    given[rule] === undefined ? defaultDiveRules[rule] : parseDiveRule(rule, given[rule], name)
  return {
    lowestEfficiency: ruleOf('lowestEfficiency'),
    highestWastedBytes: ruleOf('highestWastedBytes'),
    highestUserWastedPercent: ruleOf('highestUserWastedPercent'),
  }
}
