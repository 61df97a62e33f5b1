import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { type GraphOptions, resolveGraph } from '../graph/index.ts'
import { type ImageUse, imageUses } from './image-uses.ts'

const platform = { os: 'linux', architecture: 'amd64' }

function usesIn(text: string, options: Partial<GraphOptions> = {}): readonly ImageUse[] {
  const file = parseDockerfile({ path: 'Dockerfile', text })
  const graph = resolveGraph(file, { buildArgs: {}, platform, buildPlatform: platform, allStages: true, ...options })
  return imageUses(file, graph)
}

/** `via written-in-the-source = expanded`, or the reason for which it is skipped. */
function shown(text: string, options: Partial<GraphOptions> = {}): readonly string[] {
  return usesIn(text, options).map(({ via, at, text: expanded, skipped, reference }) => {
    const source = text.slice(at.span.start, at.span.end)
    if (skipped !== undefined) return `${via} ${source}: ${skipped}`
    if (reference === undefined) throw new Error('a use is an image or is skipped')
    return `${via} ${source} = ${expanded}`
  })
}

describe('the images that a Dockerfile names', () => {
  it('are those of FROM, COPY --from, mounts and the syntax line, each with its place', () => {
    const text = [
      '# syntax=docker/dockerfile:1.7-labs',
      'FROM --platform=$BUILDPLATFORM golang:1.22 AS build',
      'RUN --mount=type=cache,target=/c --mount=type=bind,from=alpine:3.19,target=/a --mount=from=build,target=/b true',
      'COPY --link --from=busybox:1.36 /bin/sh /sh',
      'FROM debian:12@sha256:' + 'a'.repeat(64),
      'COPY --from=build /x /x',
      'COPY --from=0 /x /y',
      '',
    ].join('\n')
    expect(shown(text)).toEqual([
      'syntax docker/dockerfile:1.7-labs = docker/dockerfile:1.7-labs',
      'from golang:1.22 = golang:1.22',
      'mount alpine:3.19 = alpine:3.19',
      'mount build: stage build',
      'copy busybox:1.36 = busybox:1.36',
      `from debian:12@sha256:${'a'.repeat(64)} = debian:12@sha256:${'a'.repeat(64)}`,
      'copy build: stage build',
      'copy 0: stage build',
    ])
  })

  it('are expanded with the defaults of ARGs, or with what --build-arg gives', () => {
    const text = 'ARG V=20\nARG TAG=${V}-slim\nFROM node:${TAG}\nFROM ${BASE:-alpine}:3.19\nFROM "debian:$V"\n'
    expect(shown(text)).toEqual([
      'from node:${TAG} = node:20-slim',
      'from ${BASE:-alpine}:3.19 = alpine:3.19',
      'from "debian:$V" = debian:20',
    ])
    expect(shown(text, { buildArgs: { V: '22' } })[0]).toBe('from node:${TAG} = node:22-slim')
  })

  it('are told from what is none', () => {
    const text =
      'ARG V\nFROM scratch\nFROM node:$V\nFROM Node:20\nFROM base\nFROM tools AS tools\nCOPY --from=own /x /x\n'
    const namedContexts = {
      base: { kind: 'directory' },
      tools: { kind: 'image', reference: 'alpine:3' },
      own: { kind: 'directory' },
    } as const
    expect(shown(text, { namedContexts })).toEqual([
      'from scratch: scratch is empty',
      'from node:$V: ARG V has no value',
      'from Node:20: invalid image name "Node:20": the repository name (library/Node) must be lower-case',
      'from base: build context base',
      'from tools: --build-context tools takes the place of the stage',
    ])
  })

  it('know which characters of the source they come from', () => {
    const text = 'ARG REGISTRY=registry.example.com\nARG V="20.11"\nFROM ${REGISTRY}/node:${V}-slim\n'
    const [use] = usesIn(text)
    const pieces = use?.pieces ?? []
    expect(pieces.map((piece) => [piece.text, piece.argument])).toEqual([
      ['registry.example.com', 'REGISTRY'],
      ['/node:', undefined],
      ['20.11', 'V'],
      ['-slim', undefined],
    ])
    for (const { text: piece, span } of pieces) expect(text.slice(span?.start, span?.end)).toBe(piece)
    expect(pieces[1]?.span?.start).toBe(text.indexOf('/node:'))
  })
})
