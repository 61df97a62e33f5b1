import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Diagnostic, formatLocation, positionAt } from '../core/index.ts'
import { type BakeTarget, chooseTargets, readBake } from './index.ts'

function read(text: string, environment: Readonly<Record<string, string>> = {}, path = 'docker-bake.hcl') {
  const { bake, diagnostics } = readBake([{ path, text }], { environment, now: Date.UTC(2026, 0, 2, 3, 4, 5) })
  const choice = bake === undefined ? undefined : chooseTargets(bake, {})
  return { targets: choice?.targets ?? [], diagnostics: [...diagnostics, ...(choice?.diagnostics ?? [])] }
}

function told({ at, message, hint }: Diagnostic): string {
  return [`${formatLocation(at)} ${message}`, ...(hint === undefined ? [] : [hint])].join(' | ')
}

describe('mistakes are told with their place', () => {
  it.each([
    ['target "default" {', '1:19 } is missing after the block target of line 1: found the end'],
    ['target "default" {\n  tags = ["a"\n}', '3:1 , is missing between the elements of a list: found }'],
    ['target "default" {\n  tags = [lowr("A")]\n}', '2:11 there is no function lowr | did you mean lower?'],
    ['variable "TAG" {}\ntarget "default" { tags = [TGA] }', '2:28 there is no variable TGA | did you mean TAG?'],
    ['target "default" { dockerfil = "x" }', '1:20 a target has no dockerfil | did you mean dockerfile?'],
    ['target "default" { tags = "x" }', '1:27 a list of strings is needed, not a string'],
    ['target "default" {\n  args {\n    a = 1\n  }\n}', '2:3 a target has no block args | write args = { … }'],
    ['target "default" { inherits = ["bsae"] }\ntarget "base" {}', '1:31 there is no target bsae | did you mean base?'],
    ['group "default" { targets = ["wbe"] }\ntarget "web" {}', '1:1 there is no target wbe | did you mean web?'],
    [
      'target "default" { args = { a = cidrhost("10.0.0.0/8", 1) } }',
      '1:33 cidrhost is a function of buildx that Slipway does not offer',
    ],
    [
      'target "default" {\n  matrix = { a = [1, 2] }\n}',
      '2:12 two targets of the matrix have the name default | a name that has all variables of the matrix in it tells them apart',
    ],
    ['target "a.b" {}', '1:8 "a.b" is no name: letters, digits, _ and - are allowed'],
    ['a = b\nb = a\ntarget "default" { tags = [a] }', '2:5 the variable a is made of itself'],
    [
      'target "a" { args = target.b.args }\ntarget "b" { args = target.a.args }',
      '1:21 target.b.args is made of itself',
    ],
    [
      'target "a" { contexts = { x = "target:b" } }\ntarget "b" { contexts = { x = "target:a" } }\ngroup "default" { targets = ["a"] }',
      '2:25 b needs itself, by target:a',
    ],
    [
      'function "f" {\n  params = [a]\n  result = f(a)\n}\ntarget "default" { tags = [f(1)] }',
      '3:12 the function f calls itself',
    ],
    [
      'variable "V" {\n  default = "x"\n  validation {\n    condition = V != "x"\n    error_message = "not ${V}"\n  }\n}',
      '4:17 V: not x',
    ],
    ['variable "N" {\n  type = number\n  default = "x"\n}', '3:13 a number is needed, not "x"'],
    [
      'variable "N" {\n  type = nmuber\n}',
      '2:10 this is no type | types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})',
    ],
    ['target "default" { args = { a = "${1 +}" } }', '1:39 a value is expected: found }'],
    ['target "default" { args = { a = "x\n" } }', '1:33 the text is not ended by a quotation mark on its line'],
    ['target "default" { args = { a = "%{ if true }x" } }', '1:48 endif is missing'],
    ['target "default" { args = { a = <<X\n', '1:33 the text is not ended by a line X'],
    [
      'target "default" { tags = [1, 2] tags = [] }',
      '1:34 } is missing after the one attribute that a block on one line can have: found tags',
    ],
    [
      'targt "default" {}\ntarget "default" {}',
      '1:1 bake knows no block targt, and passes over it | did you mean target?',
    ],
  ])('%s', (text, problem) => {
    expect(read(text).diagnostics.map(told)).toEqual([`docker-bake.hcl:${problem}`])
  })

  it('in JSON files, also within their strings', () => {
    const at = (text: string): readonly string[] => read(text, {}, 'b.json').diagnostics.map(told)
    expect(at('{"target": {"default": {\n  "tags": ["a\\n${TGA}"]}}}')).toEqual([
      'b.json:2:18 there is no variable TGA',
    ])
    expect(at('{"target": {"default": {"tags": ["a",]}}}')).toEqual(['b.json:1:38 a value is expected: found ]'])
  })

  it.each([
    ['B=x', 'B of the environment: "x" is neither true nor false'],
    ['N=1x', 'N of the environment: "1x" is no number'],
    ['L=z', 'L of the environment: the default is a list: only a variable with a type can be set to something else'],
    ['O=z', 'O of the environment: a value of the type object({a = string}) comes from the environment only as JSON'],
    ['O_JSON={', 'O_JSON of the environment: the value is no JSON'],
  ])('of the environment: %s', (setting, problem) => {
    const text = `variable "B" { default = false }
variable "N" { default = 1 }
variable "L" { default = [] }
variable "O" { type = object({ a = string }) }
`
    const [name = '', value = ''] = setting.split('=')
    expect(read(text, { [name]: value }).diagnostics.map(({ message }) => message)).toEqual([problem])
  })
})

describe('a target', () => {
  it('has the time it is read at, and the platform that is given', () => {
    const { targets } = read(
      'target "default" { args = { a = formatdate("DD.MM.YYYY hh", timestamp()), b = BAKE_LOCAL_PLATFORM } }',
    )
    expect(targets[0]?.args).toEqual({ a: '02.01.2026 03', b: 'linux/amd64' })
  })

  it('knows where it and its attributes are written', () => {
    const { targets } = read(
      'target "base" { args = {} }\ntarget "default" {\n  inherits = ["base"]\n  context = "x"\n}',
    )
    const [target] = targets
    const place = (name: string): string => formatLocation(target?.places.get(name) ?? ({} as BakeTarget['at']))
    expect([formatLocation(target?.at ?? ({} as BakeTarget['at'])), place('args'), place('context')]).toEqual([
      'docker-bake.hcl:2:8',
      'docker-bake.hcl:1:24',
      'docker-bake.hcl:4:13',
    ])
  })

  it('is its own in a bake file without errors when another one has an error', () => {
    const text = 'group "default" { targets = ["a", "b"] }\ntarget "a" {}\ntarget "b" { inherits = ["c"] }'
    const { targets, diagnostics } = read(text)
    expect([targets.map(({ name }) => name), diagnostics.map(told)]).toEqual([
      ['a'],
      ['docker-bake.hcl:3:25 there is no target c | did you mean one of a, b?'],
    ])
  })
})

describe('a Dockerfile in a bake file', () => {
  const heredoc =
    'variable "V" { default = "3" }\ntarget "default" {\n  dockerfile-inline = <<-X\n    FROM a:${V}\n\n    RUN $${Y} end\n  X\n}\n'
  const quoted = 'target "default" { dockerfile-inline = "FROM a\\nRUN \\u0041 b" }'
  const json = '{"target":{"default":{"dockerfile-inline":"FROM a\\nRUN $${X} \\"b\\""}}}'
  it.each([
    ['a heredoc', heredoc, 'docker-bake.hcl', { 'FROM a': '4:5', ' end': '6:14', RUN: '6:5', 'a:3': '4:10' }],
    ['a quoted text', quoted, 'docker-bake.hcl', { 'FROM a': '1:41', RUN: '1:49', 'A b': '1:53', ' b': '1:59' }],
    ['JSON', json, 'x.json', { 'FROM a': '1:44', RUN: '1:52', '"b"': '1:62' }],
  ])('has the places of its letters: in %s', (_, text, path, places) => {
    const inline = read(text, {}, path).targets[0]?.inline
    const found = Object.keys(places).map((piece) => {
      const offset = inline?.offsets[inline.text.indexOf(piece)] ?? 0
      const { line, column } = positionAt({ path, text }, offset)
      return [piece, `${line}:${column}`]
    })
    expect(Object.fromEntries(found)).toEqual(places)
    expect(inline?.offsets).toHaveLength((inline?.text.length ?? 0) + 1)
  })

  it('stands where it is computed, when it is computed', () => {
    const inline = read('target "default" {\n  dockerfile-inline = join("\\n", ["FROM a", "RUN b"])\n}').targets[0]
      ?.inline
    expect([inline?.text, new Set(inline?.offsets.slice(0, -1))]).toEqual(['FROM a\nRUN b', new Set([41])])
  })
})

describe('whatever a file holds', () => {
  const words = [
    'target',
    '"a"',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '=',
    'for',
    'in',
    ':',
    '=>',
    'x',
    '"${',
    '%{if x}',
    '<<-E\n',
    'E\n',
    '\n',
    ',',
    '.',
    '*',
    '-',
    '1',
    '?',
    '"',
    '...',
    'upper',
    'variable',
    '#',
    '/*',
    '~}',
  ]

  it('reading ends, with targets or with a mistake that has a place in the file', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((all) => all.join(' ')),
      fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, fc.constantFrom('a.hcl', 'a.json', 'bakefile'), (content, path) => {
        for (const { at } of read(content, {}, path).diagnostics) {
          if (at.span.start < 0 || at.span.start > at.span.end || at.span.end > content.length) return false
        }
        return true
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['deep brackets', `a = ${'['.repeat(5000)}`, /deeper than 200 levels/],
    ['deep parentheses', `a = ${'('.repeat(5000)}`, /deeper than 200 levels/],
    ['deep signs', `a = ${'!'.repeat(5000)}true`, /deeper than 200 levels/],
    ['deep templates', `a = ${'"${'.repeat(5000)}`, /deeper than 200 levels/],
    ['deep blocks', 'a {\n'.repeat(5000), /deeper than 200 levels/],
    [
      'loops in loops',
      `a = [for a in range(1000): [for b in range(1000): [for c in range(1000): c]]]`,
      /more than a million steps/,
    ],
    [
      'text that doubles',
      `a0 = "${'x'.repeat(1024)}"\n${Array.from({ length: 30 }, (_, at) => `a${at + 1} = "\${a${at}}\${a${at}}"`).join('\n')}`,
      /more than 64 MiB of text/,
    ],
    [
      'a large matrix',
      `target "default" {\n  name = "x"\n  matrix = { a = range(1000), b = range(1000) }\n}`,
      /more than 10000 combinations/,
    ],
  ])('has bounds: %s', (_, text, problem) => {
    const all = `${text}\n${/^a\d* = /.test(text) ? `target "default" { args = { x = jsonencode(${/a30/.test(text) ? 'a30' : 'a'}) } }` : ''}`
    expect(
      read(all)
        .diagnostics.map(({ message }) => message)
        .join(),
    ).toMatch(problem)
  })

  it('long chains of operators are read', () => {
    expect(read(`target "default" { args = { x = ${'1 + '.repeat(3000)}1 } }`).targets[0]?.args['x']).toBe('3001')
  })
})
