import { fault, lineOf } from './cursor.ts'
import { type JsonMember, type JsonNode, parseJson } from './parse-json.ts'
import { parseExpression, readers } from './parse-expression.ts'
import { parseWhole } from './parse-template.ts'
import type { Location, Source } from '../core/index.ts'
import type { Attribute, Block, Body, Expression, TemplatePart } from './syntax.ts'

/** How many names blocks of a type have; what is no block is an attribute. */
export type BlockLabels = Readonly<Record<string, number>>

// Members of these are HCL in a string: names and types, not texts.
const unquoted: ReadonlySet<string> = new Set(['params', 'variadic_params', 'type'])

/** Reads JSON as HCL means it: strings are templates, blocks are objects under their names. Throws `config-invalid`. */
export function parseJsonBody(source: Source, labels: BlockLabels): Body {
  return bodyOf(parseJson(source), source, labels)
}

function bodyOf(node: JsonNode, source: Source, labels: BlockLabels): Body {
  const attributes: Attribute[] = []
  const blocks: Block[] = []
  for (const { key, value } of membersOf(node)) {
    const count = labels[key.text]
    if (key.text === '//') continue
    if (count !== undefined) blocks.push(...blocksOf({ key, value }, source, count))
    else {
      const same = attributes.find(({ name }) => name === key.text)
      if (same !== undefined) throw fault(`${key.text} is set twice: before in ${lineOf(same.nameAt, source)}`, key.at)
      const read = unquoted.has(key.text) ? nameExpression : expressionOf
      attributes.push({ name: key.text, nameAt: key.at, value: read(value, source) })
    }
  }
  return { attributes, blocks }
}

/** A file, or a block, may be an array of objects. */
function membersOf(node: JsonNode): readonly JsonMember[] {
  if (node.kind === 'object') return node.members
  if (node.kind === 'array') return node.items.flatMap(membersOf)
  throw fault('an object is expected', node.at)
}

function blocksOf({ key, value }: JsonMember, source: Source, count: number): readonly Block[] {
  if (count === 0)
    return (value.kind === 'array' ? value.items : [value]).map((node) => ({
      type: key.text,
      typeAt: key.at,
      labels: [],
      body: bodyOf(node, source, {}),
    }))
  return membersOf(value)
    .filter((member) => member.key.text !== '//')
    .flatMap((member) =>
      (member.value.kind === 'array' ? member.value.items : [member.value]).map((node) => ({
        type: key.text,
        typeAt: key.at,
        labels: [{ text: member.key.text, at: insideQuotes(member.key.at) }],
        body: bodyOf(node, source, { validation: 0 }),
      })),
    )
}

function insideQuotes({ source, span }: Location): Location {
  return { source, span: { start: span.start + 1, end: span.end - 1 } }
}

function expressionOf(node: JsonNode, source: Source): Expression {
  const { at } = node
  switch (node.kind) {
    case 'literal':
      return { kind: 'literal', value: node.value, at }
    case 'text':
      return { kind: 'template', parts: templateOf(node, source), at }
    case 'array':
      return { kind: 'tuple', items: node.items.map((item) => expressionOf(item, source)), at }
    case 'object':
      return {
        kind: 'object',
        items: node.members.map(({ key, value }) => ({
          key: { kind: 'template', parts: templateOf(key, source), at: key.at },
          value: expressionOf(value, source),
        })),
        at,
      }
  }
}

function templateOf(
  { text, offsets }: Pick<JsonMember['key'], 'text' | 'offsets'>,
  source: Source,
): readonly TemplatePart[] {
  return parseWhole({ source, text, origin: offsets, at: 0, depth: 0 }, readers)
}

function nameExpression(node: JsonNode, source: Source): Expression {
  if (node.kind === 'array')
    return { kind: 'tuple', items: node.items.map((item) => nameExpression(item, source)), at: node.at }
  if (node.kind !== 'text') return expressionOf(node, source)
  const { text, offsets } = node
  const cursor = { source, text, origin: offsets, at: 0, depth: 0 }
  const expression = parseExpression(cursor, 'free')
  if (cursor.at < text.length) throw fault('a name or a type is expected', node.at)
  return expression
}
