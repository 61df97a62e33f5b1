import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTree } from '../kit/file-tree.ts'
import { scratchDir, slipway } from '../kit/slipway.ts'

let place: ReturnType<typeof scratchDir>
let root = ''

beforeAll(() => {
  place = scratchDir('intermediates')
  root = `${place.dir}/store`
  writeTree(place.dir, {
    // Port 1 answers nobody: whatever asks the registry fails.
    'offline/Dockerfile': 'FROM 127.0.0.1:1/nowhere AS build\nRUN make\nFROM scratch\nCOPY --from=build /out /\n',
    'plain/Dockerfile': 'FROM scratch AS a\nCOPY f /f\nFROM scratch\nCOPY --from=a /f /g\nENV K=v\n',
    'plain/f': 'text',
  })
})

afterAll(() => place.remove())

describe('slipway graph', () => {
  it('prints stages and edges without asking a registry', async () => {
    const graph = JSON.parse(await slipway(['graph', `${place.dir}/offline`], { root }))
    expect(graph.images).toEqual([expect.objectContaining({ name: '127.0.0.1:1/nowhere', answered: false })])
    expect(graph.edges).toContainEqual(expect.objectContaining({ from: 'stage-1', to: 'build', via: 'copy' }))
  })

  it('draws them for Graphviz', async () => {
    const dot = await slipway(['graph', '--dot', `${place.dir}/offline`], { root })
    expect(dot).toMatch(/^digraph stages \{/)
    expect(dot).toContain('"build" -> "stage-1" [label="COPY"]')
  })
})

describe('slipway plan', () => {
  it('names every step by what it does: a comment changes nothing, an argument does', async () => {
    const plan = async (dockerfile: string): Promise<string> =>
      slipway(['plan', '--json', '-f', '-', `${place.dir}/plain`], { root, input: dockerfile })
    const text = 'FROM scratch\nCOPY f /f\n'
    const digests = (json: string): readonly string[] => json.match(/sha256:[0-9a-f]{64}/g) ?? []
    const first = digests(await plan(text))
    expect(first.length).toBeGreaterThan(0)
    expect(digests(await plan(`# a comment\n${text}`))).toEqual(first)
    expect(digests(await plan('FROM scratch\nCOPY f /g\n'))).not.toEqual(first)
  })

  it('draws the steps for Graphviz', async () => {
    expect(await slipway(['plan', '--dot', `${place.dir}/plain`], { root })).toMatch(/^digraph /)
  })
})
