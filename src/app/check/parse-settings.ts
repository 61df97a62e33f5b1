import * as v from 'valibot'
import { type Document, isCollection, isMap, isNode, isScalar, parseDocument } from 'yaml'
import type { Budgets } from '../../analysis/index.ts'
import { didYouMean, type Location, SlipwayError, type Source } from '../../core/index.ts'
import { budgetsSchema } from '../budgets/budgets-schema.ts'
import { decodeBudgets } from '../budgets/decode-budgets.ts'
import { acceptedVulnerabilities, type SettingsText, settingsSchema } from './settings-schema.ts'

/** The settings that count for a Dockerfile. */
export interface CheckSettings {
  /** The directory that its paths are relative to. Absolute. */
  readonly directory: string
  readonly check: NonNullable<SettingsText['check']>
  readonly scan: NonNullable<SettingsText['scan']>
  /** Absent when the file has none. */
  readonly budgets?: Budgets
  /** Where each name of `rules` and each entry of `ignore` stands. */
  readonly placeOf: (keys: readonly (string | number)[]) => Location
}

type Keys = readonly (string | number)[]

/** The text of `slipway.yaml`. Throws `config-invalid` with the place of what is wrong. */
export function parseSettings(source: Source): Omit<CheckSettings, 'directory'> {
  const document = parseDocument(source.text)
  const [problem] = document.errors
  if (problem !== undefined) {
    const [reason = ''] = problem.message.split(/ at line \d+|\n/)
    throw invalid(reason, { source, span: { start: problem.pos[0], end: problem.pos[1] } })
  }
  const value = withoutEmpty(document.toJS())
  const placeOf = (keys: Keys): Location => placeIn(document, source, keys)
  if (Array.isArray(value)) throw invalid('the file is a list, not a group of settings', placeOf([]))
  const result = v.safeParse(settingsSchema, value)
  if (!result.success) {
    const [issue] = result.issues
    const keys = (issue.path ?? []).map(({ key }) => key as string | number)
    throw invalid(describe(issue, keys), placeIn(document, source, keys, { key: isUnknownKey(issue) }), hintFor(issue))
  }
  const { check = {}, scan = {}, budgets } = result.output
  return { check, scan, placeOf, ...(budgets === undefined ? {} : { budgets: budgetsOf(budgets, placeOf) }) }
}

/** Growth of nothing is no growth. */
function budgetsOf(text: NonNullable<SettingsText['budgets']>, placeOf: CheckSettings['placeOf']): Budgets {
  const keys = text.growth !== undefined ? ['budgets', 'growth'] : ['budgets', 'warn', 'growth']
  const isLimited = text.growth !== undefined || text.warn?.growth !== undefined
  if (isLimited && text.reference === undefined)
    throw invalid(`${keys.join('.')} has no image to compare with`, placeOf(keys), 'name one: reference: IMAGE')
  return decodeBudgets(text)
}

/** A member without a value says nothing. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {}
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}

function invalid(message: string, at: Location, hint?: string): SlipwayError {
  return new SlipwayError('config-invalid', message, { at: [at], ...(hint === undefined ? {} : { hint }) })
}

type Issue = v.InferIssue<typeof settingsSchema>

function isUnknownKey({ type, expected }: Issue): boolean {
  return type === 'strict_object' && expected === 'never'
}

function describe(issue: Issue, keys: Keys): string {
  const name = keys.join('.')
  if (isUnknownKey(issue)) return `there is no setting ${name}`
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${name} is missing`
  const what = name === '' ? 'the file' : name
  // Messages of the schema itself say what is wanted instead.
  if (!issue.message.startsWith('Invalid')) return `${what} is ${shownValue(issue.input)}, not ${issue.message}`
  const wanted = issue.expected?.replaceAll('"', '').replaceAll(' | ', ', ').replace(/[()]/g, '')
  if (issue.type === 'iso_date') return `${name} is no date: ${issue.received.replaceAll('"', '')}`
  return wanted === undefined
    ? `${what}: ${issue.message}`
    : `${what} is ${shownValue(issue.input)}, not ${oneOf(wanted)}`
}

function shownValue(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a group of settings' : JSON.stringify(value)
}

function oneOf(wanted: string): string {
  if (wanted === 'Object') return 'a group of settings'
  if (wanted === 'Array') return 'a list'
  return wanted.includes(', ') ? `one of ${wanted}` : wanted
}

const known: Readonly<Record<string, readonly string[]>> = {
  '': ['check', 'scan', 'budgets', '$schema'],
  check: Object.keys(settingsSchema.entries.check.wrapped.pipe[0].entries),
  scan: Object.keys(settingsSchema.entries.scan.wrapped.pipe[0].entries),
  'scan.ignore': Object.keys(acceptedVulnerabilities.item.entries),
  budgets: Object.keys(budgetsSchema.entries),
  'budgets.warn': Object.keys(budgetsSchema.entries).filter((name) => name !== 'warn' && name !== 'reference'),
  'budgets.severities': ['critical', 'high', 'medium', 'low'],
  'budgets.growth': ['disk', 'transfer', 'packages'],
  'budgets.warn.severities': ['critical', 'high', 'medium', 'low'],
  'budgets.warn.growth': ['disk', 'transfer', 'packages'],
}

function hintFor(issue: Issue): string | undefined {
  if (issue.type === 'iso_date') return 'write YYYY-MM-DD'
  if (!isUnknownKey(issue)) return undefined
  const keys = (issue.path ?? []).map(({ key }) => String(key))
  const names = known[
    keys
      .slice(0, -1)
      .filter((key) => !/^\d+$/.test(key))
      .join('.')
  ] ?? ['rule', 'path', 'reason', 'expires']
  return didYouMean(keys.at(-1) ?? '', names) ?? `there are ${names.join(', ')}`
}

/** The node that keys lead to, the nearest one above where they lead nowhere; with `key` the name and not the value. */
function placeIn(document: Document, source: Source, keys: Keys, { key = false } = {}): Location {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true)
    const name = keys[length - 1]
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === name) : undefined
    const entry = isCollection(parent) && !isMap(parent) ? parent.get(name, true) : undefined
    const node = pair === undefined ? entry : key || !isNode(pair.value) ? pair.key : pair.value
    const range = isNode(node) ? node.range : undefined
    if (range != null) return { source, span: { start: range[0], end: trimmedEnd(source, range[0], range[1]) } }
  }
  return { source, span: { start: 0, end: 0 } }
}

function trimmedEnd({ text }: Source, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length
}
