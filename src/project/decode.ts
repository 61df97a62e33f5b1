import { parse as parseTomlText } from 'smol-toml'

/** What a parser made of a file; nothing about it is known. */
export type Table = Readonly<Record<string, unknown>>

/** An object of a JSON text; undefined for anything else. Comments and trailing commas are let pass where JSON alone fails (`bun.lock`). */
export function parseJsonTable(text: string | undefined): Table | undefined {
  if (text === undefined) return undefined
  for (const attempt of [() => text.replace(/^\ufeff/, ''), () => withoutComments(text)]) {
    try {
      return table(JSON.parse(attempt()))
    } catch {
      // Broken, or with comments: the next attempt knows those.
    }
  }
  return undefined
}

/** The root of a TOML text; undefined when it is broken. */
export function parseTomlTable(text: string | undefined): Table | undefined {
  if (text === undefined) return undefined
  try {
    return table(parseTomlText(text.replace(/^\ufeff/, '')))
  } catch {
    return undefined
  }
}

/** The value as a table, if it is one. */
export function table(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined
}

/** The tables and values on a way of keys; undefined where the way ends. */
export function at(root: Table | undefined, ...keys: readonly string[]): unknown {
  let value: unknown = root
  for (const key of keys) {
    const holder = table(value)
    value = holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined
  }
  return value
}

/** The value if it is a text. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The texts of a list; a single text is a list of one. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The entries of a table. */
export function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(table(value) ?? {})
}

/** The entries of a table whose values are texts. */
export function textMap(value: unknown): ReadonlyMap<string, string> {
  return new Map(entries(value).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item] as const] : [])))
}

function withoutComments(json: string): string {
  const bare = json.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (token) =>
    token.startsWith('"') ? token : '',
  )
  return bare.replace(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])/g, (token) => (token === ',' ? '' : token))
}
