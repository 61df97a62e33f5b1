import { readFile } from 'node:fs/promises'
import { SlipwayError } from '../../core/index.ts'

export type TomlTable = Readonly<Record<string, unknown>>

/** A file in TOML with what is needed to say where something in it is wrong. */
export interface TomlFile {
  readonly path: string
  readonly root: TomlTable
  /** `config-invalid` at the line of a key, which is given with the tables around it: `['host', 'https://m', 'ca']`. */
  bad(keys: readonly string[], reason: string): SlipwayError
}

/** Reads a file; undefined when there is none. Rejects with `config-invalid`. The parser is loaded for the first file. */
export async function readTomlFile(path: string): Promise<TomlFile | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  const { parse, TomlError } = await import('smol-toml')
  const bad = (line: number, reason: string): SlipwayError =>
    new SlipwayError('config-invalid', `${path}:${line}: ${reason}`)
  try {
    return { path, root: parse(text), bad: (keys, reason) => bad(lineOf(text, keys), reason) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The rest of the message quotes the file, which may hold a secret in a header.
    const reason = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
    throw bad(error.line, `not TOML: ${reason}`)
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new SlipwayError('config-invalid', `${path} cannot be read: ${code ?? String(cause)}`, { cause })
  }
}

/** The line of `key = …` in its table, else that of the table's header, else the first. */
function lineOf(text: string, keys: readonly string[]): number {
  const name = keys.at(-1) ?? ''
  const table = keys.slice(0, -1).join('\n')
  let current = ''
  let found = 1
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[{1,2}([^\]]*)\]/.exec(line)?.[1]
    if (header !== undefined) {
      current = namesOf(header).join('\n')
      if (current === table || current === keys.join('\n')) found = index + 1
    } else if (current === table && namesOf(line.split('=')[0] ?? '')[0] === name) return index + 1
  }
  return found
}

function namesOf(dotted: string): readonly string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}
