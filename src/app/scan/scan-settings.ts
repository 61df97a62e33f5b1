import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { SlipwayError } from '../../core/index.ts'
import type { ScanFailOn } from '../../report/index.ts'
import { type IgnoreEntry, readVex, type VexStatement } from '../../vulnerabilities/index.ts'
import { acceptedVulnerabilities } from '../check/settings-schema.ts'
import { settingsReader } from '../check/settings.ts'

/** What the command line asks for; what is absent is up to the settings, and then to the program. */
export interface ScanChoice {
  readonly failOn?: ScanFailOn
  readonly onlyFixed?: boolean
  /** Files with accepted vulnerabilities. */
  readonly ignore: readonly string[]
  /** Files of OpenVEX or CycloneDX. */
  readonly vex: readonly string[]
  /** The settings file, in place of the one that is found. */
  readonly config?: string
  readonly cwd: string
}

export interface ScanRules {
  readonly failOn: ScanFailOn
  readonly onlyFixed: boolean
  /** Days. */
  readonly maxAge: number
  readonly ignores: readonly IgnoreEntry[]
  readonly statements: readonly VexStatement[]
}

/** Rejects with `config-invalid` for files that are not what they should be. */
export async function scanRules(choice: ScanChoice): Promise<ScanRules> {
  const { cwd, config, failOn, onlyFixed } = choice
  const file = config === undefined ? undefined : path.resolve(cwd, config)
  const settings = (await settingsReader({ cwd, ...(file === undefined ? {} : { file }) }).near(cwd))?.scan ?? {}
  const listed = choice.ignore.flatMap((name) => readIgnores(path.resolve(cwd, name), name))
  return {
    failOn: failOn ?? settings.failOn ?? 'none',
    onlyFixed: onlyFixed ?? settings.onlyFixed ?? false,
    maxAge: settings.maxAge ?? 7,
    ignores: [...(settings.ignore ?? []), ...listed].map(entryOf),
    statements: choice.vex.flatMap((name) => readStatements(path.resolve(cwd, name), name)),
  }
}

type Listed = v.InferOutput<typeof acceptedVulnerabilities>[number]

function entryOf({ id, reason, package: name, expires }: Listed): IgnoreEntry {
  return { id, reason, ...(name === undefined ? {} : { package: name }), ...(expires === undefined ? {} : { expires }) }
}

/** A list, or one below `ignore`. */
function readIgnores(file: string, name: string): readonly Listed[] {
  let value: unknown
  try {
    value = parse(readText(file, name))
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause
    throw new SlipwayError('config-invalid', `${name}: ${(cause as Error).message.split('\n')[0]}`, { cause })
  }
  const list = Array.isArray(value) ? value : (value as { readonly ignore?: unknown } | null)?.ignore
  const result = v.safeParse(acceptedVulnerabilities, list)
  if (result.success) return result.output
  const [issue] = result.issues
  const keys = (issue.path ?? []).map(({ key }) => String(key))
  const [index, member] = keys
  const where = index === undefined ? name : `${name}, entry ${Number(index) + 1}`
  const what = member === undefined ? 'it is no list of accepted vulnerabilities' : `${member}: ${issue.message}`
  throw new SlipwayError('config-invalid', `${where}: ${what}`, {
    hint: 'each entry has an id and a reason; package and expires (YYYY-MM-DD) are optional',
  })
}

function readStatements(file: string, name: string): readonly VexStatement[] {
  const statements = readVex(parseJson(readText(file, name), name))
  if (statements !== undefined) return statements
  throw new SlipwayError('config-invalid', `${name} is neither OpenVEX nor CycloneDX`)
}

/** The parsed JSON of a file. Throws `config-invalid`. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch (cause) {
    throw new SlipwayError('config-invalid', `${name} is not JSON`, { cause })
  }
}

export function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new SlipwayError('config-invalid', `cannot read ${name}: ${(cause as Error).message}`, { cause })
  }
}
