import { describe, expect, it } from 'vitest'
import { digestOf } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { graphToDot, graphToJson } from './print-graph.ts'
import { resolveGraph } from './resolve-graph.ts'
import type { GraphOptions, ImageAnswer, StageGraph } from './stage-graph.ts'

const amd64 = { os: 'linux', architecture: 'amd64' }

function graphOf(
  text: string,
  options: Partial<GraphOptions> = {},
  answers: Record<string, readonly string[]> = {},
): StageGraph {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const all = { buildArgs: {}, platform: amd64, buildPlatform: amd64, ...options }
  return resolveGraph(
    file,
    all,
    new Map(Object.entries(answers).map(([name, triggers]) => [`${name}|linux/amd64`, answer(triggers)])),
  )
}

function answer(OnBuild: readonly string[]): ImageAnswer {
  const config = { ...amd64, config: { OnBuild }, rootfs: { type: 'layers', diff_ids: [] }, history: [] } as const
  return { manifest: digestOf('m'), config, layers: [] }
}

const keys = (graph: StageGraph) => graph.questions.map((question) => question.key)
const errors = (graph: StageGraph) =>
  graph.diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`)
const hub = (name: string) => `docker.io/library/${name}`

describe('stages', () => {
  it('are found by name without case in --from, mounts and --target, by number in COPY only', () => {
    const text = `FROM scratch AS One
COPY a a
FROM scratch AS two
COPY --from=ONE a a
COPY --from=0 a a
RUN --mount=from=oNe,target=/x --mount=from=0,target=/y x`
    const graph = graphOf(text, { target: 'TWO' })
    expect(errors(graph)).toEqual([])
    const uses = graph.stages[1]?.steps.flatMap((step) => step.uses)
    expect(uses).toEqual([
      { kind: 'stage', stage: 0 },
      { kind: 'stage', stage: 0 },
      { kind: 'stage', stage: 0 },
      { kind: 'image', key: `${hub('0:latest')}|linux/amd64` },
    ])
  })

  it('after FROM are compared letter by letter, in lower case', () => {
    expect(graphOf('FROM scratch AS Base\nCOPY a a\nFROM base').stages[1]?.base).toEqual({ kind: 'stage', stage: 0 })
    const graph = graphOf('FROM scratch AS Base\nCOPY a a\nFROM Base')
    expect(graph.diagnostics[0]).toMatchObject({
      code: 'bad-reference',
      hint: expect.stringContaining('write FROM base'),
    })
  })

  it('hide images of their name from later lines only', () => {
    const graph = graphOf('FROM alpine AS alpine\nFROM alpine\nCOPY --from=alpine a a')
    expect(graph.stages.map((stage) => stage.base.kind)).toEqual(['image', 'stage'])
    expect(keys(graph)).toEqual([`${hub('alpine:latest')}|linux/amd64`])
  })

  it('of one name: FROM sees the last one above, everything else the last one', () => {
    const text = 'FROM a1 AS x\nFROM x AS x\nFROM scratch\nCOPY --from=x a a'
    const graph = graphOf(text)
    expect(graph.stages[1]?.base).toEqual({ kind: 'stage', stage: 0 })
    expect(graph.stages[2]?.steps[0]?.uses).toEqual([{ kind: 'stage', stage: 1 }])
    const late = 'FROM scratch AS x\nFROM scratch AS m\nCOPY --from=x a a\nFROM scratch AS x\nFROM m'
    expect(errors(graphOf(late))).toEqual(['circular-stages: stage x must stand before the stage that uses it'])
  })

  it('that the target does not need ask for nothing', () => {
    const text = 'FROM node AS unused\nRUN x\nFROM golang AS b\nFROM scratch\nCOPY --from=b a a'
    const graph = graphOf(text)
    expect([...graph.reachable].sort()).toEqual([1, 2])
    expect(keys(graph)).toEqual([`${hub('golang:latest')}|linux/amd64`])
    expect(keys(graphOf(text, { target: 'unused' }))).toEqual([`${hub('node:latest')}|linux/amd64`])
  })

  it('keep their numbers and platforms', () => {
    const text = `FROM --platform=$BUILDPLATFORM golang AS b
FROM b AS c
FROM --platform=linux/arm64/v8 scratch AS s
FROM alpine`
    const graph = graphOf(text, { platform: { os: 'linux', architecture: 'riscv64' } })
    expect(graph.stages.map((stage) => stage.platform.architecture)).toEqual(['amd64', 'amd64', 'riscv64', 'riscv64'])
  })

  it.each([
    ['FROM scratch AS a\nCOPY --from=a x y', 'circular-stages: stage a copies from itself'],
    [
      'FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\nRUN --mount=from=a,target=/x y',
      'circular-stages: stages depend on each other: a -> b -> a',
    ],
    [
      'FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\nFROM a',
      'circular-stages: stage b must stand before the stage that uses it',
    ],
    ['FROM scratch\nCOPY --from=1 x y', 'unknown-stage: there is no stage 1'],
    ['FROM scratch\nCOPY --from=-1 x y', 'unknown-stage: there is no stage -1'],
    ['FROM scratch AS a\nCOPY --from=$X x y', 'bad-variable: COPY --from=$X: variables are not expanded here'],
    ['FROM Nope', 'bad-reference: invalid image name "Nope": the repository name (library/Nope) must be lower-case'],
    ['ARG E\nFROM $E', 'bad-variable: FROM $E names no image: its value is empty'],
    ['FROM ${E:?x}', 'bad-variable: failed to process "${E:?x}": E: x'],
    ['FROM --platform=$NOPE scratch', 'bad-variable: --platform=$NOPE is empty'],
  ])('report %j', (text, message) => {
    expect(errors(graphOf(text))).toEqual([message])
  })

  it('may come later in a stage that is not built', () => {
    expect(errors(graphOf('FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b'))).toEqual([])
  })

  it('suggest a name for an unknown target, which is never a number', () => {
    const text = 'FROM scratch AS builder\nCOPY a a'
    expect(graphOf(text, { target: 'biulder' }).diagnostics[0]).toMatchObject({
      code: 'unknown-stage',
      hint: 'did you mean builder?',
    })
    expect(graphOf(text, { target: '0' }).diagnostics[0]?.hint).toBe('the stages are builder')
  })
})

describe('a name after --from that is no stage', () => {
  const from = (name: string, options: Partial<GraphOptions> = {}) =>
    graphOf(`FROM scratch AS compile\nCOPY a a\nFROM scratch\nCOPY --from=${name} a a`, options)

  it.each(['build', 'builder', 'Deps', 'node_modules', 'complie', 'compil'])(
    'is taken for a misspelt stage when it is %s',
    (name) => {
      expect(errors(from(name))).toEqual([`unknown-stage: no stage is called ${name}, and no build context is`])
      expect(from(name).questions).toEqual([])
    },
  )

  it('brings the nearest stage or all of them', () => {
    expect(from('complie').diagnostics[0]?.hint).toBe('did you mean compile?')
    expect(from('deps').diagnostics[0]?.hint).toBe('the stages are compile')
  })

  it.each(['nginx', 'build:latest', 'me/build', 'localhost/builder', 'ghcr.io/x/compile'])(
    'is an image when it is %s',
    (name) => {
      expect(errors(from(name))).toEqual([])
      expect(from(name).questions).toHaveLength(1)
    },
  )

  it('is an image when the local store has it, and a context when there is one', () => {
    expect(errors(from('builder', { localImages: new Set([hub('builder:latest')]) }))).toEqual([])
    expect(errors(from('builder', { namedContexts: { builder: { kind: 'directory' } } }))).toEqual([])
  })

  it('is no error for a common image beside a stage with a similar name', () => {
    expect(errors(graphOf('FROM scratch AS base\nCOPY a a\nFROM scratch\nCOPY --from=bash a a'))).toEqual([])
  })

  it('is judged in mounts too, but only in stages that are built', () => {
    const text = 'FROM scratch AS a\nRUN --mount=type=cache,from=builder,target=/x y\nFROM scratch AS b'
    expect(errors(graphOf(text, { target: 'a' }))).toHaveLength(1)
    expect(errors(graphOf(text))).toEqual([])
  })
})

describe('global ARGs', () => {
  it('see platform arguments and earlier ones, and --build-arg replaces a default unexpanded', () => {
    const text = 'ARG A=1\nARG B=${A}-$TARGETARCH C="x $B"\nARG D\nFROM $B-$D AS s'
    const graph = graphOf(text, { buildArgs: { D: '$A' } })
    expect([...graph.globals].filter(([name]) => /^.$/.test(name))).toEqual([
      ['A', '1'],
      ['B', '1-amd64'],
      ['C', 'x 1-amd64'],
      ['D', '$A'],
    ])
    expect(graph.stages[0]?.baseText).toBe('1-amd64-$A')
  })

  it('do not fail in a default that is not used', () => {
    expect(errors(graphOf('ARG A=${X:?no}\nFROM scratch', { buildArgs: { A: 'a' } }))).toEqual([])
    expect(errors(graphOf('ARG A=${X:?no}\nFROM scratch'))).toEqual([
      'bad-variable: ARG A: failed to process "${X:?no}": X: no',
    ])
  })

  it('name the target in TARGETSTAGE', () => {
    expect(graphOf('FROM scratch AS Fin').globals.get('TARGETSTAGE')).toBe('fin')
    expect(graphOf('FROM scratch').globals.get('TARGETSTAGE')).toBe('default')
    expect(graphOf('FROM scratch AS a\nFROM scratch', { target: 'a' }).globals.get('TARGETSTAGE')).toBe('a')
  })

  it('set SOURCE_DATE_EPOCH, which an empty --build-arg resets', () => {
    expect(graphOf('ARG SOURCE_DATE_EPOCH=5\nFROM scratch').epoch).toBe(5)
    const reset = graphOf('ARG SOURCE_DATE_EPOCH=5\nFROM scratch', { buildArgs: { SOURCE_DATE_EPOCH: '' } })
    expect([reset.epoch, reset.globals.has('SOURCE_DATE_EPOCH'), 'SOURCE_DATE_EPOCH' in reset.buildArgs]).toEqual([
      undefined,
      false,
      false,
    ])
    expect(
      graphOf('FROM scratch', { buildArgs: { SOURCE_DATE_EPOCH: 'context' }, namedEpoch: { seconds: 9 } }),
    ).toMatchObject({
      epoch: 9,
      buildArgs: { SOURCE_DATE_EPOCH: '9' },
    })
    expect(errors(graphOf('FROM scratch', { buildArgs: { SOURCE_DATE_EPOCH: 'x' } }))).toEqual([
      'bad-option-value: invalid SOURCE_DATE_EPOCH: x',
    ])
  })
})

describe('a --build-arg', () => {
  it('that nothing declares is worth a warning, with the nearest name', () => {
    const buildArgs = { VERSOIN: '1', HTTPS_PROXY: 'p', TARGETARCH: 'x', BUILDKIT_X: '', G: '', V: '' }
    const graph = graphOf('ARG G\nFROM scratch AS unused\nARG VERSION V\nFROM scratch', { buildArgs })
    expect(graph.diagnostics.map(({ severity, message, hint }) => [severity, message, hint])).toEqual([
      ['warning', '--build-arg VERSOIN is not used: no ARG declares it', 'did you mean VERSION?'],
    ])
  })
})

describe('named contexts', () => {
  const namedContexts = {
    dir: { kind: 'directory' },
    img: { kind: 'image', reference: 'other:1' },
    none: { kind: 'image', reference: 'scratch' },
    lay: { kind: 'layout' },
  } as const

  it('replace a stage, whose own instructions vanish', () => {
    const graph = graphOf('FROM node AS Dir\nRUN --mount=from=nginx,target=/x x\nFROM scratch\nCOPY --from=dir a a', {
      namedContexts,
    })
    expect(graph.stages[0]).toMatchObject({ overridden: true, base: { kind: 'context', name: 'dir' }, steps: [] })
    expect(graph.questions).toEqual([])
  })

  it('replace an image whatever its spelling', () => {
    const graph = graphOf(
      'FROM docker.io/library/img:latest AS a\nFROM none AS b\nFROM scratch\nCOPY --from=a a a\nCOPY --from=b a a\nCOPY --from=lay a a',
      { namedContexts },
    )
    expect(keys(graph)).toEqual([`${hub('other:1')}|linux/amd64`, 'context:lay|linux/amd64'])
    expect(graph.stages[1]?.base).toEqual({ kind: 'scratch' })
  })

  it('for one platform come before those for all', () => {
    const contexts = { img: { kind: 'directory' }, 'img::linux/arm64': { kind: 'image', reference: 'arm:1' } } as const
    const arm = { os: 'linux', architecture: 'arm64' }
    expect(graphOf('FROM img', { namedContexts: contexts }).questions).toEqual([])
    expect(keys(graphOf('FROM img', { namedContexts: contexts, platform: arm }))).toEqual([
      `${hub('arm:1')}|linux/arm64`,
    ])
  })

  it('never stand for scratch or the main context', () => {
    const reserved = { scratch: { kind: 'directory' }, context: { kind: 'directory' } } as const
    expect(graphOf('FROM scratch', { namedContexts: reserved }).stages[0]?.base).toEqual({ kind: 'scratch' })
    expect(keys(graphOf('FROM scratch\nCOPY --from=context a a', { namedContexts: reserved }))).toEqual([
      `${hub('context:latest')}|linux/amd64`,
    ])
  })
})

describe('ONBUILD', () => {
  it.each([
    ['COYP a b', 'ONBUILD trigger of base: unknown instruction: COYP', /^did you mean COPY\?\nthe trigger is part of /],
    ['COPY --from=$x a b', 'COPY --from=$x: variables are not expanded here', /stage of its own/],
    ['COPY --from=7 a b', 'there is no stage 7', /1 FROM line/],
    ['COPY --from=builder a b', 'no stage is called builder, and no build context is', /^the file names no stages /],
  ])('shows %s, a trigger of an image, beside the FROM line', (trigger, message, hint) => {
    const { diagnostics } = graphOf('FROM base', {}, { [hub('base:latest')]: [trigger] })
    const [found] = diagnostics
    expect(found).toMatchObject({ message, at: { source: { path: 'ONBUILD of base', text: trigger } } })
    expect(found?.hint).toMatch(hint)
    expect(found?.related).toMatchObject([{ at: { source: { path: 'Dockerfile' }, span: { start: 0, end: 9 } } }])
  })

  it('of an image runs first in the stage below, and can bring new questions', () => {
    const text = 'FROM scratch AS out\nCOPY a a\nFROM base\nRUN own'
    expect(keys(graphOf(text))).toEqual([`${hub('base:latest')}|linux/amd64`])
    const triggers = ['COPY --from=out a a', 'RUN --mount=from=tools:1,target=/x y']
    const graph = graphOf(text, {}, { [hub('base:latest')]: triggers })
    expect(errors(graph)).toEqual([])
    expect(graph.stages[1]?.steps.map((step) => [step.instruction.kind, step.trigger])).toEqual([
      ['COPY', true],
      ['RUN', true],
      ['RUN', false],
    ])
    expect([...graph.reachable].sort()).toEqual([0, 1])
    expect(keys(graph)).toEqual([`${hub('tools:1')}|linux/amd64`])
    expect(graph.stages[1]?.steps[0]?.related[0]?.at.span.start).toBe(text.indexOf('FROM base'))
  })

  it('of a stage runs in its children, not in their children, and reaches stages that nothing else needs', () => {
    const text =
      'FROM scratch AS base\nONBUILD COPY --from=other a a\nFROM golang AS other\nFROM base AS child\nFROM child'
    const graph = graphOf(text)
    expect(graph.stages.map((stage) => stage.steps.filter((step) => step.trigger).length)).toEqual([0, 0, 1, 0])
    expect(keys(graph)).toEqual([`${hub('golang:latest')}|linux/amd64`])
  })

  it('triggers that make no sense are errors at the FROM line', () => {
    const graph = graphOf('FROM base', {}, { [hub('base:latest')]: ['COPY a'] })
    expect(graph.diagnostics).toHaveLength(1)
    expect(graph.diagnostics[0]).toMatchObject({ code: 'dockerfile-syntax', at: { span: { start: 0 } } })
    expect(errors(graphOf('FROM scratch AS a\nONBUILD COPY a\nFROM a'))).toHaveLength(1)
    expect(errors(graphOf('FROM scratch AS a\nONBUILD COPY a'))).toEqual([])
  })
})

describe('the printed graph', () => {
  const text = 'FROM node AS unused\nFROM golang AS b\nRUN x\nFROM scratch\nCOPY --from=b a a\n'

  it('shows stages, trees and what uses what', () => {
    expect(graphToDot(graphOf(text))).toBe(`digraph stages {
  rankdir=LR
  "unused" [shape=box, label="unused\\n0 steps", style="dashed"]
  "b" [shape=box, label="b\\n1 step"]
  "stage-2" [shape=box, label="stage-2\\n1 step", style="bold"]
  "docker.io/library/node:latest" [shape=box, style="rounded"]
  "golang" [shape=box, style="rounded"]
  "scratch" [shape=box, style="rounded"]
  "docker.io/library/node:latest" -> "unused" [label="FROM", style=dashed]
  "golang" -> "b" [label="FROM"]
  "scratch" -> "stage-2" [label="FROM"]
  "b" -> "stage-2" [label="COPY"]
}
`)
  })

  it('is plain data', () => {
    const json = graphToJson(graphOf(text))
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    expect(json).toMatchObject({ target: 'stage-2', images: [{ name: 'golang', answered: false }] })
  })
})
