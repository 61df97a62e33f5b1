import { isMap, isNode, isScalar, isSeq, type Node, parseAllDocuments, type Scalar, type YAMLMap } from 'yaml'
import type { Source, Span } from '../core/index.ts'

/** The roots of the documents of a YAML text; none when it is broken. */
export function parseYaml(text: string): readonly Node[] {
  try {
    const documents = [...parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' })]
    if (documents.some((document) => document.errors.length > 0)) return []
    return documents.flatMap(({ contents }) => (contents === null ? [] : [contents as Node]))
  } catch {
    return []
  }
}

/** The value of a key of a map. Undefined for what is no map. */
export function child(node: unknown, ...keys: readonly string[]): Node | undefined {
  let found: unknown = node
  for (const key of keys) found = isMap(found) ? found.get(key, true) : undefined
  return found === undefined || found === null ? undefined : (found as Node)
}

/** A scalar as text: numbers and truth values as written. */
export function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined
  if (typeof node.value === 'string') return node.value
  if (node.value === null || node.value === undefined) return undefined
  return node.source ?? String(node.value)
}

/** The text of the scalar that a key of a map has. */
export function textAt(node: unknown, ...keys: readonly string[]): string | undefined {
  return scalarText(child(node, ...keys))
}

/** The items of a list; one scalar is a list of one. */
export function itemsOf(node: unknown): readonly Node[] {
  if (isSeq(node)) return node.items.flatMap((item) => (isNode(item) ? [item] : []))
  return isScalar(node) ? [node] : []
}

/** A key with its value. */
export interface YamlEntry {
  readonly key: string
  readonly keyNode: Scalar
  readonly value: Node | undefined
}

/** The entries of a map. */
export function entriesOf(node: unknown): readonly YamlEntry[] {
  if (!isMap(node)) return []
  return (node as YAMLMap).items.flatMap((pair) => {
    const key = scalarText(pair.key)
    return key === undefined
      ? []
      : [{ key, keyNode: pair.key as Scalar, value: (pair.value ?? undefined) as Node | undefined }]
  })
}

/** Where a node stands, its comment left out. */
export function spanOf(node: Node): Span {
  const [start = 0, end = start] = node.range ?? []
  return { start, end }
}

/** From the key to the end of its value. */
export function spanOfEntry({ keyNode, value }: YamlEntry): Span {
  return { start: spanOf(keyNode).start, end: spanOf(value ?? keyNode).end }
}

/** A text that stands in a scalar, and where each of its characters stands in the file. */
export interface PlacedText {
  readonly text: string
  readonly toSourceOffset: (offset: number) => number
}

/**
 * Lines the text of a scalar up with the file: indentation, folding and escapes lie between. Every character that is no
 * blank stands in both, in the same order.
 */
export function placedText(source: Source, node: Node): PlacedText | undefined {
  const text = scalarText(node)
  if (text === undefined || !isScalar(node)) return undefined
  const { start, end } = spanOf(node)
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
  const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE'
  let from = isBlock ? source.text.indexOf('\n', start) + 1 : start + (isQuoted ? 1 : 0)
  const places = Array.from<number>({ length: text.length + 1 })
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string
    if (isBlank(character)) {
      places[index] = from
      if (isBlank(source.text[from] ?? '')) from += 1
    } else {
      while (from < end && source.text[from] !== character) from += 1
      places[index] = from
      from += 1
    }
  }
  places[text.length] = from
  return { text, toSourceOffset: (offset) => places[Math.max(0, Math.min(offset, text.length))] ?? end }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r'
}

/** The non-empty lines of a text with their places, blanks around them taken away. */
export function linesOf({
  text,
  toSourceOffset,
}: PlacedText): readonly { readonly text: string; readonly span: Span }[] {
  let start = 0
  return text.split('\n').flatMap((line) => {
    const from = start + (line.length - line.trimStart().length)
    start += line.length + 1
    const body = line.trim()
    if (body === '' || body.startsWith('#')) return []
    return [{ text: body, span: { start: toSourceOffset(from), end: toSourceOffset(from + body.length - 1) + 1 } }]
  })
}
