import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { HostTrust } from './registry-host.ts'
import type { TomlFile, TomlTable } from './toml-file.ts'

/** A table of a TOML file with typed access to its fields. Every mismatch is `config-invalid` at its line. */
export interface Fields {
  table(name: string): TomlTable
  text(name: string): string | undefined
  flag(name: string): boolean
  /** One string or several. */
  texts(name: string): readonly string[]
  raw(name: string): unknown
  bad(name: string, reason: string): SlipwayError
  /** The content of a file that a field names, relative to the file the field stands in. */
  read(name: string, path: string): Promise<string>
}

export function fieldsOf(file: TomlFile, table: TomlTable, place: readonly string[]): Fields {
  const bad: Fields['bad'] = (name, reason) => file.bad([...place, name], reason)
  const expect = <T>(name: string, is: (value: unknown) => value is T, what: string): T | undefined => {
    const value = table[name]
    if (value === undefined || is(value)) return value
    throw bad(name, `${name} must be ${what}`)
  }
  return {
    bad,
    raw: (name) => table[name],
    table: (name) => expect(name, isTable, 'a table') ?? {},
    text: (name) => expect(name, isText, 'a string'),
    flag: (name) => expect(name, (value) => typeof value === 'boolean', 'true or false') ?? false,
    texts: (name) => [expect(name, isTextOrTexts, 'a string or a list of strings') ?? []].flat(),
    async read(name, path) {
      const place = resolve(dirname(file.path), path)
      try {
        return await readFile(place, 'utf8')
      } catch (cause) {
        throw bad(name, `${name} names ${place}, which cannot be read (${(cause as { code?: string }).code})`)
      }
    },
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrTexts(value: unknown): value is string | readonly string[] {
  return isText(value) || (Array.isArray(value) && value.every(isText))
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Undefined when there is nothing to trust or to show beyond what is trusted anyway. */
export function trustOf(trust: HostTrust): HostTrust | undefined {
  const isEmpty = trust.authorities.length === 0 && trust.identities.length === 0 && !trust.skipVerify
  return isEmpty ? undefined : trust
}

export function badAddress(address: string): string {
  return `${JSON.stringify(address)} is no address: https://HOST[:PORT][/PATH] is one`
}

/** The certificates in a file that a field names. */
export async function certificateAt(fields: Fields, name: string, path: string): Promise<string> {
  const pem = await fields.read(name, path)
  if (isCertificate(pem)) return pem
  throw fields.bad(name, `${name} names ${path}, which holds no certificate`)
}

/** Whether a PEM text holds at least one certificate that can be read. */
export function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
