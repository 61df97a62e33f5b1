import { describe, expect, it } from 'vitest'
import { planStop, type StopPoint } from './plan-stop.ts'
import { graphOf, type Setting, verticesOf } from './testing/plan-text.ts'

const text = `FROM node AS tool
RUN make
FROM node AS app
ENV A=1
RUN --network=none --mount=type=bind,from=tool,target=/t --mount=type=cache,target=/c build
USER me
WORKDIR /w
CMD ["x"]
`

function stopAt(stop: Omit<StopPoint, 'stage'>, setting: Setting = {}) {
  const { op, inputs, plan, diagnostics } = planStop(graphOf(text, setting), setting, { stage: 1, ...stop })
  expect(diagnostics).toEqual([])
  const name = (digest: string): string =>
    [...plan.vertices.values()].find((vertex) => vertex.digest === digest)?.name.replace(/@sha256:\w+/, '') ?? 'nothing'
  const [root, ...others] = inputs.map(name)
  return { op, root, others, all: [...plan.vertices.values()].map((vertex) => name(vertex.digest)) }
}

const run = '[app 2/3] RUN --network=none --mount=type=bind,from=tool,target=/t --mount=type=cache,target=/c build'

describe('a stop', () => {
  it('is a bare RUN with what the instructions before it have set', () => {
    const { op, root, others } = stopAt({ steps: 1 }, { network: 'host', shmSize: 9 })
    expect(root).toMatch(/FROM docker.io\/library\/node:latest$/)
    expect(others).toEqual([])
    expect(op).toMatchObject({
      argv: [],
      mounts: [],
      network: 'host',
      security: 'sandbox',
      shmSize: 9,
      user: '',
      cwd: '/',
    })
    expect(op.env).toContain('A=1')
    expect(stopAt({ steps: 4 })).toMatchObject({
      op: { user: 'me', cwd: '/w', mounts: [] },
      root: '[app 3/3] WORKDIR /w',
    })
  })

  it('before a RUN is that RUN, with everything but itself to be built', () => {
    const { op, root, others, all } = stopAt({ steps: 1, like: 'next' })
    expect(op).toMatchObject({ argv: ['/bin/sh', '-c', 'build'], network: 'none' })
    expect(op.mounts.map(({ type, target }) => `${type} ${target}`)).toEqual(['cache /c', 'bind /t'])
    expect(root).toMatch(/FROM/)
    expect(others).toEqual(['[tool 2/2] RUN make'])
    expect(all).toContain(run)
  })

  it('after a RUN is the same step over what it left', () => {
    const before = stopAt({ steps: 1, like: 'next' })
    const after = stopAt({ steps: 2, like: 'last' })
    expect(after.op).toEqual(before.op)
    expect(after.root).toBe(run)
    expect(after.others).toEqual(before.others)
  })

  it('plans the vertices of the build, so that their layers are found', () => {
    const known = new Set(verticesOf(text).map(({ digest }) => digest))
    const { plan } = planStop(graphOf(text), {}, { stage: 1, steps: 4 })
    expect([...plan.vertices.keys()].every((digest) => known.has(digest))).toBe(true)
    expect(plan.images).toEqual([])
  })

  it('needs nothing of stages that the place does not need', () => {
    expect(stopAt({ steps: 1 }).all).toHaveLength(1)
  })
})
