import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { assembleImage } from '../src/app/build/assemble-image.ts'
import { decodeTarEntries } from '../src/archive/index.ts'
import { type BuildEvent, type Digest, formatLocation, hexOf, type Span } from '../src/core/index.ts'
import { type Dockerfile, parseDockerfile } from '../src/dockerfile/index.ts'
import { memoryTree } from '../src/fileset/index.ts'
import { type ImageAnswer, resolveGraph, type StageGraph } from '../src/graph/index.ts'
import type { ImageConfig } from '../src/oci/index.ts'
import { type BuildPlan, planBuild, type PlannedImage, type Vertex } from '../src/plan/index.ts'
import { emptyPlain, stepPlain } from '../src/report/index.ts'
import { type CacheRecord, type LayerRef, solve } from '../src/solver/index.ts'
import { memoryWorld } from './kit/memory-engine.ts'

const file = path.join(import.meta.dirname, '../ARCHITECTURE.md')
const line = 'COPY --from=build /app /app'
const text = `FROM scratch AS build
COPY app /app
FROM scratch
${line}
`
const platform = { os: 'linux', architecture: 'amd64' }
const short = (digest: Digest | string): string => `\`${hexOf(digest as Digest).slice(0, 8)}…\``

type Row = readonly [station: string, says: string]

/** What every station of a build says about the line, for a context with one file `app`. */
async function stations(): Promise<readonly Row[]> {
  const ast = parseDockerfile({ path: 'Dockerfile', text })
  const answers = new Map<string, ImageAnswer>()
  const graph = resolveGraph(ast, { buildArgs: {}, platform, buildPlatform: platform }, answers)
  const { plan } = planBuild([graph], {})
  const image = plan.images[0] as PlannedImage
  const vertex = plan.vertices.get(image.root) as Vertex
  const world = memoryWorld({ context: memoryTree({ app: 'hello\n' }) })
  const secrets = { secrets: {}, ssh: {}, proxyEnv: [], givenProxyEnv: [] }
  const results = await solve(plan, world.ports, { secrets, signal: new AbortController().signal, parallel: 2 })
  const layer = results.get(vertex.digest)?.layer as LayerRef
  const made = await assembleImage(image, results, { clamp: async (one) => one })
  return [
    ['dockerfile', parsed(ast)],
    ['graph', resolved(graph)],
    ['plan', planned(plan, vertex)],
    ['solver', keyed(world.records.find(({ step }) => step === vertex.name) as CacheRecord)],
    ['archive', archived(world.tarOf(layer), layer)],
    ['oci', assembled(made.parsed)],
    ['report', reported(world.events, vertex.name)],
  ]
}

function parsed({ instructions }: Dockerfile): string {
  const copy = instructions.at(-1)
  const flag = copy?.flags[0]
  if (copy?.kind !== 'COPY' || flag?.value === undefined) throw new Error('the last line is COPY with a flag')
  const at = ({ start, end }: Span): string => `${start}..${end}`
  return (
    `instruction \`${copy.kind}\` at ${at(copy.span)} of the text; flag \`${flag.key}\` at ${at(flag.span)}, ` +
    `its value \`${flag.content}\` at ${at(flag.value.span)}; source word at ` +
    `${copy.sources.map(({ span }) => at(span)).join()}, destination word at ${at(copy.destination.span)}`
  )
}

function resolved({ edges, stages, target, reachable }: StageGraph): string {
  const edge = edges.at(-1)
  if (edge?.to.kind !== 'stage') throw new Error('the COPY leads to a stage')
  return (
    `edge of kind \`${edge.via}\` from stage ${edge.from} to stage ${edge.to.stage} ` +
    `(\`${stages[edge.to.stage]?.label}\`), at ${formatLocation(edge.at)}; so target ${target} reaches stages ` +
    [...reachable].sort().join(' and ')
  )
}

function planned({ vertices }: BuildPlan, vertex: Vertex): string {
  const inputs = vertex.inputs.map((digest, index) => {
    const { op, name } = vertices.get(digest) as Vertex
    return `input ${index} is \`${op.kind}\` ${short(digest)}${name === '' ? '' : ` (\`${name}\`)`}`
  })
  return `vertex \`${vertex.op.kind}\` ${short(vertex.digest)}, for people \`${vertex.name}\`; ${inputs.join(', ')}`
}

function keyed({ key, parts }: CacheRecord): string {
  const shown = Object.entries(parts).map(([name, value]) => {
    const label = name.replace(/ \[.*/, '')
    return value.startsWith('sha256:')
      ? `${label} = content ${short(value)}`
      : `${label} ${value === '' ? 'not given' : `= \`${value}\``}`
  })
  return `key ${short(key)}, the hash of: ${shown.join('; ')}. A hit ends here`
}

function archived(tar: Uint8Array, layer: LayerRef): string {
  const entries = decodeTarEntries(tar).map(({ path: name, kind, size }) => `${kind} \`${name}\` of ${size} bytes`)
  return `tar of ${tar.length} bytes with ${entries.join(', ')}; diff id ${short(layer.diffId)}, content digest ${short(layer.content)}`
}

function assembled({ rootfs, history = [] }: ImageConfig): string {
  const { created_by, comment } = history.at(-1) ?? {}
  return `the last of \`rootfs.diff_ids\`, ${short(rootfs.diff_ids.at(-1) ?? '')}; the last line of \`history\`, created by \`${created_by}\`, comment \`${comment}\``
}

function reported(events: readonly BuildEvent[], name: string): string {
  let state = emptyPlain
  const printed = events.flatMap((event) => {
    const step = stepPlain(state, event)
    state = step.state
    return step.lines
  })
  const first = printed.find((one) => one.endsWith(name)) ?? ''
  return `\`${first}\`, later \`${printed.filter((one) => one.startsWith(`${first.split(' ')[0]} `)).at(-1)}\``
}

function table(rows: readonly Row[]): string {
  return [
    '| station | what the line is there |',
    '|---|---|',
    ...rows.map(([name, says]) => `| ${name} | ${says} |`),
  ].join('\n')
}

describe('ARCHITECTURE.md', () => {
  test('says of one line what every station says of it; UPDATE=1 writes the table', async () => {
    const expected = `<!-- stations -->\n\n${table(await stations())}\n\n<!-- /stations -->`
    const between = /<!-- stations -->[\s\S]*<!-- \/stations -->/
    const document = readFileSync(file, 'utf8')
    expect(document).toContain(text.trimEnd())
    if (process.env.UPDATE === '1')
      writeFileSync(
        file,
        document.replace(between, () => expected),
      )
    expect(between.exec(readFileSync(file, 'utf8'))?.[0]).toBe(expected)
  })
})
