import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bakeJson, chooseTargets, readBake } from './index.ts'

interface Example {
  readonly name: string
  readonly files: Readonly<Record<string, readonly string[]>>
  readonly environment?: Readonly<Record<string, string>>
  readonly names?: readonly string[]
  readonly set?: readonly string[]
  readonly print: { readonly group: Record<string, { targets: string[] }>; readonly target: unknown }
}

const recorded = JSON.parse(
  readFileSync(new URL('../../test/conformance/bake/buildx.json', import.meta.url), 'utf8'),
) as { readonly examples: readonly Example[]; readonly expressions: readonly (readonly [string, string | null])[] }

function printed(example: Omit<Example, 'name' | 'print'>): unknown {
  const files = Object.entries(example.files).map(([path, lines]) => ({ path, text: lines.join('\n') }))
  const { bake, diagnostics } = readBake(files, { environment: example.environment ?? {}, now: 0 })
  if (bake === undefined) return diagnostics.map(({ message }) => message)
  const { names, set } = example
  const choice = chooseTargets(bake, {
    ...(names === undefined ? {} : { names }),
    ...(set === undefined ? {} : { set }),
  })
  return choice.diagnostics.length > 0 ? choice.diagnostics.map(({ message }) => message) : bakeJson(choice)
}

/** Buildx goes through a matrix in no order. */
function sorted({ group, target }: Example['print']): unknown {
  return {
    group: Object.fromEntries(
      Object.entries(group).map(([name, { targets }]) => [name, { targets: [...targets].sort() }]),
    ),
    target,
  }
}

describe('what buildx prints for a bake file is printed here, too', () => {
  it.each(recorded.examples)('$name', (example) => {
    expect(sorted(printed(example) as Example['print'])).toEqual(sorted(example.print))
  })
})

describe('an expression is what buildx makes of it', () => {
  it.each(recorded.expressions)('%s', (expression, value) => {
    const text = `target "default" {\n  args = { x = jsonencode(${expression}) }\n}\n`
    const made = printed({ files: { 'a.hcl': text.split('\n') } }) as { target?: { default: { args: { x: string } } } }
    const found = made.target?.default.args.x
    expect(found ?? null).toBe(value)
  })
})
