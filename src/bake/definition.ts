import { type Diagnostic, didYouMean, type Source } from '../core/index.ts'
import { fault } from './cursor.ts'
import { parseJsonBody } from './json-body.ts'
import { parseHcl } from './parse-hcl.ts'
import type { Attribute, Block, Body } from './syntax.ts'

/** What several bake files say together, before anything of it is computed. */
export interface Definition {
  /** Of a name that is defined several times the last counts. */
  readonly variables: ReadonlyMap<string, Block>
  readonly functions: ReadonlyMap<string, Block>
  /** Attributes outside of all blocks: variables that the environment does not set. */
  readonly attributes: ReadonlyMap<string, Attribute>
  /** In the order of the files. */
  readonly targets: readonly Block[]
  readonly groups: readonly Block[]
  readonly warnings: readonly Diagnostic[]
}

const labels = { variable: 1, function: 1, target: 1, group: 1 } as const

/** Reads bake files in HCL and in JSON, in buildx's order. Throws `config-invalid` for what cannot be read. */
export function readDefinition(files: readonly Source[]): Definition {
  const bodies = files.map(parseBakeFile)
  const blocks = bodies.flatMap((body) => body.blocks)
  for (const { type, typeAt, labels: names } of blocks)
    if (type in labels && names.length !== 1) throw fault(`a ${type} has one name`, typeAt)
  const of = (type: string): readonly Block[] => blocks.filter((block) => block.type === type)
  const named = (type: string): ReadonlyMap<string, Block> =>
    new Map(of(type).map((block) => [block.labels[0]?.text ?? '', block] as const))
  return {
    variables: named('variable'),
    functions: named('function'),
    attributes: new Map(bodies.flatMap((body) => body.attributes.map((one) => [one.name, one] as const))),
    targets: of('target'),
    groups: of('group'),
    warnings: blocks.filter(({ type }) => !(type in labels)).map(unknownBlock),
  }
}

/** One attribute of a body. */
export function attributeOf({ body }: Pick<Block, 'body'>, name: string): Attribute | undefined {
  return body.attributes.find((one) => one.name === name)
}

/** By its name; what has another name may be either. */
function parseBakeFile(source: Source): Body {
  if (source.path.endsWith('.json')) return parseJsonBody(source, labels)
  if (source.path.endsWith('.hcl') || !/^\s*\{/.test(source.text)) return parseHcl(source)
  return parseJsonBody(source, labels)
}

function unknownBlock({ type, typeAt }: Block): Diagnostic {
  const hint = didYouMean(type, Object.keys(labels))
  return {
    code: 'config-invalid',
    severity: 'warning',
    message: `bake knows no block ${type}, and passes over it`,
    at: typeAt,
    related: [],
    ...(hint === undefined ? {} : { hint }),
  }
}
