import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { resolveGraph } from './resolve-graph.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const text = 'FROM one AS a\nCOPY --from=two /x /x\nCOPY --from=buld /x /x\nFROM three AS build'

function ask(allStages: boolean) {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages })
  return {
    images: graph.questions.map(({ written }) => written),
    errors: graph.diagnostics.map(({ code }) => code),
    reachable: [...graph.reachable],
  }
}

describe('a graph', () => {
  it('asks for what the target needs', () => {
    expect(ask(false)).toEqual({ images: ['three'], errors: [], reachable: [1] })
  })

  it('asks and complains for all stages when it is told to, and still knows which the target needs', () => {
    expect(ask(true)).toEqual({ images: ['one', 'two', 'three'], errors: ['unknown-stage'], reachable: [1] })
  })
})
