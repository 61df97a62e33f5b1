import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allRules, audit, checkSettings, gatherFacts, ignoreFacts, listTargets, outlineOf } from '../../src/audit/index.ts'
import { digestOf, type Location, positionAt } from '../../src/core/index.ts'
import { parseDockerfile } from '../../src/dockerfile/index.ts'
import { type ImageAnswer, resolveGraph, type StageGraph } from '../../src/graph/index.ts'
import { parseIgnore } from '../../src/ignore/index.ts'

const folder = join(import.meta.dirname, 'checks')
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

interface Case {
  readonly args?: Readonly<Record<string, string>>
  readonly target?: string
  readonly images?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Why the expectation is not what was recorded, and what it is. */
  readonly differs?: { readonly why: string; readonly warnings: readonly ExpectedWarning[] }
}

interface ExpectedWarning {
  readonly rule: string
  readonly line?: number
  readonly end?: number
  readonly detail: string
}

interface Expected {
  readonly warnings: readonly ExpectedWarning[]
  readonly error?: { readonly message: string; readonly line?: number }
  readonly failure?: string
  readonly outline: Readonly<Record<string, unknown>>
  readonly targets: Readonly<Record<string, unknown>>
}

const platform = { os: 'linux', architecture: 'amd64' }

describe('the recorded checks of BuildKit', () => {
  it.each(cases.map(({ name }) => name))('%s is judged the same', (name) => {
    const { file, graph, ignore, expected, options } = load(name)
    const settings = checkSettings(file, options.args ?? {})
    const facts = gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) })
    const findings = 'error' in settings ? [] : audit(facts, settings.options)
    const got = findings.map(({ code, message, whole }) => ({ rule: code, ...linesOf(whole), detail: bare(message) }))
    const wanted = (options.differs?.warnings ?? expected.warnings).map((one) => ({ ...one, detail: bare(one.detail) }))
    // BuildKit ends at its first error; what it would have said behind it is not known.
    const limit = stopLine(expected)
    expect(got.filter(({ line }) => line < limit).sort(inOrder)).toEqual([...wanted].sort(inOrder))
  })

  it('show every rule at least once', () => {
    const shown = new Set(cases.flatMap(({ name }) => load(name).expected.warnings.map(({ rule }) => rule)))
    expect([...shown].sort()).toEqual(allRules.map((rule) => rule.name).sort())
  })
})

describe('the recorded outlines and targets of BuildKit', () => {
  const good = cases.map(({ name }) => name).filter((name) => {
    const { outline, targets } = load(name).expected
    return !('failure' in outline) && !('failure' in targets)
  })

  it.each(good)('%s offers the same', (name) => {
    const { file, graph, ignore, expected } = load(name)
    const facts = gatherFacts({ file, graph, ...(ignore === undefined ? {} : { ignore }) })
    expect(sortedArgs(outlineJson(outlineOf(facts)))).toEqual(sortedArgs(expected.outline))
    expect(listTargets(file).map(({ name: stage, isDefault, description, base, platform: on, at }) => ({
      ...(stage === undefined ? {} : { name: stage }),
      ...(isDefault ? { default: true } : {}),
      ...(description === undefined ? {} : { description }),
      base,
      ...(on === undefined ? {} : { platform: on }),
      location: location(at),
    }))).toEqual(expected.targets['targets'])
  })
})

function load(name: string) {
  const read = (path: string) => readFileSync(join(folder, name, path), 'utf8')
  const has = (path: string) => existsSync(join(folder, name, path))
  const options = (has('case.json') ? JSON.parse(read('case.json')) : {}) as Case
  const file = parseDockerfile({ path: 'Dockerfile', text: read('Dockerfile') })
  const ignore = has('.dockerignore')
    ? ignoreFacts(parseIgnore({ path: '.dockerignore', text: read('.dockerignore') }).patterns)
    : undefined
  return { file, options, ignore, expected: JSON.parse(read('expected.json')) as Expected, graph: resolved(file, options) }
}

function resolved(file: ReturnType<typeof parseDockerfile>, { args = {}, target, images = {} }: Case): StageGraph {
  const given = {
    buildArgs: args,
    platform,
    buildPlatform: platform,
    implicitPlatform: true,
    allStages: target === undefined,
    ...(target === undefined ? {} : { target }),
  }
  let answers = new Map<string, ImageAnswer>()
  for (;;) {
    const graph = resolveGraph(file, given, answers)
    const found = graph.questions.flatMap(({ key, written }) => {
      const image = images[written.replace(/:latest$/, '')]
      return image === undefined ? [] : [[key, answer(image)] as const]
    })
    if (found.length === 0) return graph
    answers = new Map([...answers, ...found])
  }
}

function answer({ os = 'linux', architecture = 'amd64', ...config }: Readonly<Record<string, unknown>>): ImageAnswer {
  const diffId = digestOf('a layer')
  const document = { os, architecture, config, rootfs: { type: 'layers', diff_ids: [diffId] }, history: [] }
  return { manifest: digestOf('a manifest'), layers: [{ diffId }], config: document as ImageAnswer['config'] }
}

function stopLine({ error, failure, warnings }: Expected): number {
  if (failure !== undefined) return 0
  if (error?.line === undefined || error.message.startsWith('lint violation')) return Number.POSITIVE_INFINITY
  return Math.max(error.line, ...warnings.map(({ line }) => (line ?? 0) + 1))
}

function linesOf({ source, span }: Location): { readonly line: number; readonly end: number } {
  return { line: positionAt(source, span.start).line, end: positionAt(source, span.end).line }
}

/** Which name may have been meant is our own guess. */
function bare(message: string): string {
  return message.replace(/ \(did you mean .*\?\)$/, '')
}

function inOrder(a: ExpectedWarning, b: ExpectedWarning): number {
  const text = ({ rule, detail }: ExpectedWarning) => `${rule} ${detail}`
  return (a.line ?? 0) - (b.line ?? 0) || (text(a) < text(b) ? -1 : 1)
}

function outlineJson(outline: ReturnType<typeof outlineOf>) {
  const mounts = (list: readonly { id: string; required: boolean; at: Location }[]) =>
    list.map(({ id, required, at }) => ({ name: id, ...(required ? { required } : {}), location: location(at) }))
  const lists = {
    args: (outline?.args ?? []).map(({ at, value, ...rest }) => ({ ...rest, ...(value ? { value } : {}), location: location(at) })),
    secrets: mounts(outline?.secrets ?? []),
    ssh: mounts(outline?.ssh ?? []),
  }
  return {
    ...(outline?.name === undefined ? {} : { name: outline.name }),
    ...(outline?.description === undefined ? {} : { description: outline.description }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  }
}

function location(at: Location) {
  const { line, end } = linesOf(at)
  const lines = Array.from({ length: end - line + 1 }, (_, index) => ({ line: line + index }))
  return { ranges: lines.map((position) => ({ start: position, end: position })) }
}

/** BuildKit gives arguments of one line in any order. */
function sortedArgs(outline: Readonly<Record<string, unknown>>) {
  const args = outline['args'] as readonly { readonly name: string }[] | undefined
  return { ...outline, args: args?.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}
