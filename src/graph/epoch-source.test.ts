import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { type GraphOptions, resolveGraph } from './index.ts'

const amd64 = { os: 'linux', architecture: 'amd64' }

function graphOf(text: string, options: Partial<GraphOptions> = {}) {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  return resolveGraph(file, { buildArgs: {}, platform: amd64, buildPlatform: amd64, ...options })
}

const ofStage = (stage: string, options?: Partial<GraphOptions>) =>
  graphOf(`ARG SOURCE_DATE_EPOCH=Src\nARG HOST=h\nFROM scratch AS src\n${stage}\nFROM scratch\n`, options)

describe('SOURCE_DATE_EPOCH that is no number', () => {
  it.each([
    ['ADD http://h/a.tar /', { kind: 'http', url: 'http://h/a.tar', filename: 'a.tar' }],
    ['ARG HOST\nARG F=x\nADD https://$HOST/$F /', { kind: 'http', url: 'https://h/x', filename: 'x' }],
    [
      `ADD --checksum=sha256:${'0'.repeat(64)} http://h/a /`,
      { kind: 'http', url: 'http://h/a', filename: 'a', checksum: `sha256:${'0'.repeat(64)}` },
    ],
    [
      'ADD --keep-git-dir=true https://h/a.git#v1:d /',
      { kind: 'git', remote: 'https://h/a.git', ref: 'v1', subdir: 'd', keepGitDir: true, submodules: true },
    ],
  ])('asks for the time of what a stage only does: %s', (stage, source) => {
    const graph = ofStage(stage)
    expect(graph.diagnostics).toEqual([])
    expect(graph.epochSource).toEqual(source)
    expect(graph.epoch).toBeUndefined()
  })

  it('counts as the answer, and as unset without one', () => {
    expect(ofStage('ADD http://h/a /', { namedEpoch: { seconds: 7 } }).globals.get('SOURCE_DATE_EPOCH')).toBe('7')
    const unset = ofStage('ADD http://h/a /', { namedEpoch: {} })
    expect([unset.epoch, unset.globals.has('SOURCE_DATE_EPOCH')]).toEqual([undefined, false])
  })

  it.each([
    ['RUN x\nADD http://h/a /', 'does not meet source-only requirements: unsupported RUN instruction'],
    ['COPY a /', 'does not meet source-only requirements: unsupported COPY instruction'],
    ['ARG A', 'must contain exactly one remote ADD'],
    ['ADD http://h/a /\nADD http://h/b /', 'must contain exactly one remote ADD'],
    ['ADD http://h/a http://h/b /', 'source must be a single HTTP(S) or Git ADD'],
    ['ADD local /', 'source must be a single HTTP(S) or Git ADD'],
  ])('refuses a stage that does more or less: %s', (stage, problem) => {
    const [first] = ofStage(stage).diagnostics
    expect(first?.message).toBe(`SOURCE_DATE_EPOCH stage ${problem}`)
    expect(first?.at.source.text.slice(first.at.span.start)).toMatch(/^FROM scratch AS src/)
  })

  it('refuses a stage with a base', () => {
    const text = 'ARG SOURCE_DATE_EPOCH=s\nFROM busybox AS s\nADD http://h/a /\nFROM scratch\n'
    expect(graphOf(text).diagnostics[0]?.message).toBe('SOURCE_DATE_EPOCH stage must use FROM scratch')
  })

  it.each([
    ['context', { kind: 'context' }],
    ['dir', { kind: 'timeless' }],
    ['image', { kind: 'timeless' }],
    ['file', { kind: 'http', url: 'http://h/f', filename: 'context' }],
    ['repo', { kind: 'git', remote: 'http://h/a.git', ref: 'x', keepGitDir: false, submodules: true }],
    ['alias', { kind: 'http', url: 'http://h/a', filename: 'a' }],
  ])('names %s', (name, source) => {
    const namedContexts = {
      dir: { kind: 'directory' },
      image: { kind: 'image', reference: 'busybox' },
      file: { kind: 'http', url: 'http://h/f' },
      repo: { kind: 'git', url: 'http://h/a.git#x' },
      alias: { kind: 'stage', stage: 'src' },
    } as const
    const options = { namedContexts, buildArgs: { SOURCE_DATE_EPOCH: name } }
    expect(ofStage('ADD http://h/a /', options).epochSource).toEqual(source)
  })
})
