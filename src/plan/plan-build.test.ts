import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planToDot, planToJson } from './print-plan.ts'
import { historyOf, imageOf, namesOf, planText, type Setting, verticesOf } from './testing/plan-text.ts'

const app = `FROM node AS deps
WORKDIR /app
COPY package.json ./
RUN npm ci
FROM node AS build
COPY --from=deps /app /app
COPY . .
RUN npm run build
FROM scratch
COPY --from=build /app/dist /
CMD ["x"]
`
const rootOf = (text: string, setting: Setting = {}) => imageOf(text, setting).root

describe('a plan', () => {
  it('holds what the target needs and nothing else, inputs first', () => {
    const vertices = verticesOf(`FROM node AS unused\nRUN x\n${app}`)
    expect(vertices.filter(({ op }) => op.kind === 'exec')).toHaveLength(2)
    const seen = new Set<string>()
    for (const { digest, inputs } of vertices) {
      expect(inputs.every((input) => seen.has(input))).toBe(true)
      seen.add(digest)
    }
  })

  it('has one vertex for equal steps', () => {
    const text = 'FROM node AS a\nRUN x\nFROM node AS b\nRUN x\nFROM scratch\nCOPY --from=a /1 /\nCOPY --from=b /2 /'
    expect(verticesOf(text).filter(({ op }) => op.kind === 'exec')).toHaveLength(1)
  })

  it('shares the stages of the build platform and file steps between platforms', () => {
    const arm64 = { os: 'linux', architecture: 'arm64' }
    const amd64 = { os: 'linux', architecture: 'amd64' }
    const text = `FROM --platform=$BUILDPLATFORM golang AS b
RUN prepare
FROM b AS c
ARG TARGETARCH
RUN cross
FROM alpine
RUN setup
COPY --from=c /x /x
FROM scratch AS files
COPY a a
`
    const names = namesOf(text, { platforms: [amd64, arm64] })
    expect(names).toEqual(['FROM scratch', '[internal] load build context', '[linux/amd64 files 1/1] COPY a a'])
    const { plan } = planText(text.replace(/FROM scratch AS files\nCOPY a a\n/, ''), { platforms: [amd64, arm64] })
    expect([...plan.vertices.values()].map(({ name }) => name.replace(/@sha256:\w+/, ''))).toEqual([
      '[linux/amd64 stage-2 1/3] FROM docker.io/library/alpine:latest',
      '[linux/amd64 stage-2 2/3] RUN setup',
      '[linux/amd64 b 1/2] FROM docker.io/library/golang:latest',
      '[linux/amd64 b 2/2] RUN prepare',
      '[linux/amd64 c 1/1] RUN cross',
      '[linux/amd64 stage-2 3/3] COPY --from=c /x /x',
      '[linux/arm64 stage-2 1/3] FROM docker.io/library/alpine:latest',
      '[linux/arm64 stage-2 2/3] RUN setup',
      '[linux/amd64->arm64 c 1/1] RUN cross',
      '[linux/arm64 stage-2 3/3] COPY --from=c /x /x',
    ])
    expect(plan.images.map((image) => image.config.architecture)).toEqual(['amd64', 'arm64'])
  })

  it('never takes steps from the cache that --no-cache or a filter names', () => {
    const ignored = (setting: Setting) =>
      verticesOf(app, setting)
        .filter((vertex) => vertex.ignoreCache)
        .map(({ stage }) => stage)
    expect(new Set(ignored({ noCache: true }))).toEqual(new Set(['deps', 'build', 'stage-2']))
    expect(new Set(ignored({ noCacheFilter: ['BUILD'] }))).toEqual(new Set(['build']))
    expect(rootOf(app, { noCache: true })).toBe(rootOf(app))
    const lines = 'FROM node AS a\nRUN one\nRUN two \\\n  and more\nCOPY x /x'
    const anew = (...noCacheFilter: string[]) =>
      verticesOf(lines, { noCacheFilter }).flatMap(({ ignoreCache, name }) => (ignoreCache ? name : []))
    expect(anew('2')).toEqual([expect.stringContaining('RUN one')])
    expect(anew('4', '5')).toEqual([expect.stringContaining('RUN two'), expect.stringContaining('COPY x')])
    expect(anew('1', '6', 'none')).toEqual([])
    const shared = 'FROM node AS a\nRUN x\nFROM node AS b\nRUN x\nFROM scratch\nCOPY --from=a /1 /\nCOPY --from=b /2 /'
    expect(verticesOf(shared, { noCacheFilter: ['b'] }).find(({ op }) => op.kind === 'exec')?.ignoreCache).toBe(true)
  })

  it('puts triggers of the base before the own steps and says so', () => {
    const images = { base: { config: { OnBuild: ['RUN trigger', 'ENV A=1'], Env: ['PATH=/bin'] } } }
    const text = 'FROM base\nRUN own'
    expect(namesOf(text, { images })).toEqual([
      '[1/4] FROM docker.io/library/base:latest',
      '[2/4] ONBUILD RUN trigger',
      '[3/4] RUN own',
    ])
    expect(historyOf(text, { images })).toEqual([
      'base base',
      'RUN /bin/sh -c trigger # buildkit',
      'ENV A=1',
      'RUN /bin/sh -c own # buildkit',
    ])
  })

  it('takes an image without layers for an empty root', () => {
    expect(verticesOf('FROM none\nCOPY a a', { images: { none: { layers: 0 } } })[0]?.op).toEqual({ kind: 'scratch' })
  })

  it('starts from trees of named contexts, with an empty configuration where they replace a stage', () => {
    const graph = {
      namedContexts: { dir: { kind: 'directory' }, rep: { kind: 'git', url: 'https://h/r.git#v1' } },
    } as const
    const image = imageOf('FROM dir\nLABEL a=b', { graph })
    expect(image.config.config.WorkingDir).toBe('/')
    const replaced = imageOf('FROM node AS dir\nRUN x\nFROM dir\nCOPY --from=rep a a', { graph })
    expect(Object.keys(replaced.config.config)).toEqual(['Env'])
    expect(
      verticesOf('FROM node AS dir\nRUN x\nFROM dir\nCOPY --from=rep a a', { graph }).map(({ op }) => op.kind),
    ).toEqual(['context', 'git', 'copy'])
  })

  it('says where each history entry comes from, and leaves those of the base alone', () => {
    const { history } = imageOf('FROM node AS a\nRUN x\nFROM a\nENV b=c')
    expect(history.map(({ stage, vertex, emptyLayer }) => [stage, vertex !== undefined, emptyLayer])).toEqual([
      [undefined, false, false],
      ['a', true, false],
      ['stage-1', false, true],
    ])
  })
})

describe('names of steps', () => {
  it('leave the stage out when the file has one stage and no other tree', () => {
    expect(namesOf('FROM scratch\nCOPY a a').at(-1)).toBe('[1/1] COPY a a')
    expect(namesOf('FROM node\nRUN --mount=type=cache,target=/c x').at(-1)).toBe(
      '[stage-0 2/2] RUN --mount=type=cache,target=/c x',
    )
    expect(namesOf('FROM scratch\nCOPY --from=nginx a a').at(-1)).toBe('[stage-0 1/1] COPY --from=nginx a a')
  })

  it('pad the position to the width of the total', () => {
    const text = `FROM scratch\n${'WORKDIR /a\nWORKDIR /b\n'.repeat(5)}`
    expect(namesOf(text)[1]).toBe('[ 1/10] WORKDIR /a')
  })

  it('show variables as far as they are known', () => {
    const text = `FROM node\nARG V=val U\nENV E="a b"\nRUN echo "$V" '$V' \${U} \${E} $UNSET\nCOPY $V* "a" $U /x/\nrun lower`
    expect(
      namesOf(text)
        .slice(1)
        .filter((name) => !name.includes('internal')),
    ).toEqual([`[2/4] RUN echo "val" '$V' \${U} a b $UNSET`, '[3/4] COPY val* a  /x/', '[4/4] RUN lower'])
  })

  it('hide variables that hold secrets, and sum heredocs up', () => {
    const text = 'FROM node\nENV S=old\nRUN --mount=type=secret,id=s,env=S use $S\nRUN <<EOF\none\ntwo\nEOF'
    expect(namesOf(text).slice(1)).toEqual([
      '[stage-0 2/3] RUN --mount=type=secret,id=s,env=S use ****',
      '[stage-0 3/3] RUN <<EOF (one...)',
    ])
  })
})

describe('law: digests', () => {
  const blanks = fc.constantFrom('', '\n', '# comment\n', '\n# a\n\n', '  \t\n')
  const lines = app.trimEnd().split('\n')

  it('do not depend on comments, blank lines, letter case of keywords, or continuation lines', () => {
    const layout = fc.record({
      gaps: fc.array(blanks, { minLength: lines.length, maxLength: lines.length }),
      lower: fc.array(fc.boolean(), { minLength: lines.length, maxLength: lines.length }),
      tail: blanks,
    })
    fc.assert(
      fc.property(layout, ({ gaps, lower, tail }) => {
        const changed = lines.map((line, index) => {
          const written = lower[index] === true ? line.replace(/^\w+/, (word) => word.toLowerCase()) : line
          return (gaps[index] ?? '') + written
        })
        const text = `${changed.join('\n')}\n${tail}`.replace('npm ci', 'npm \\\n# why\nci')
        expect(rootOf(text)).toBe(rootOf(app))
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['command', 'npm ci', 'npm install'],
    ['source', 'package.json', 'package-lock.json'],
    ['destination', '/app/dist /', '/app/dist /x'],
    ['directory', 'WORKDIR /app', 'WORKDIR /srv'],
    ['base', 'FROM node AS deps', 'FROM node:20 AS deps'],
  ])('change with the %s', (_, from, to) => {
    expect(rootOf(app.replace(from, to))).not.toBe(rootOf(app))
  })

  it('change with an ARG only for RUN steps behind it', () => {
    const text = 'FROM node\nCOPY a a\nARG V\nCOPY b b\nRUN x'
    const digests = (value: string) =>
      verticesOf(text, { graph: { buildArgs: { V: value } } }).map(({ digest }) => digest)
    const [one, two] = [digests('1'), digests('2')]
    expect(one.slice(0, -1)).toEqual(two.slice(0, -1))
    expect(one.at(-1)).not.toBe(two.at(-1))
  })
})

describe('the printed plan', () => {
  it('is plain data and holds every vertex', () => {
    const { plan } = planText(app)
    const json = planToJson(plan)
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    expect(json).toMatchObject({ images: [{ stage: 'stage-2', platform: 'linux/amd64' }] })
    for (const { name } of plan.vertices.values()) expect(planToDot(plan)).toContain(JSON.stringify(name))
  })
})
