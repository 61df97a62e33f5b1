import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../dockerfile/index.ts'
import { resolveGraph } from './index.ts'

const platform = { os: 'linux', architecture: 'amd64' }

/** What the stages are called that may have been meant by an image. */
const meant = (text: string): readonly (readonly string[])[] =>
  resolveGraph(parseDockerfile({ path: 'Dockerfile', text }), {
    platform,
    buildPlatform: platform,
    buildArgs: {},
  }).questions.map(({ similarStages }) => similarStages)

describe('a stage that may have been meant by the name of an image', () => {
  it('has a similar name', () => {
    expect(meant('FROM scratch AS base\nFROM bsae\n')).toEqual([['base']])
  })

  it('is not the stage that starts from the image', () => {
    expect(meant('FROM node AS node\n')).toEqual([[]])
    expect(meant('FROM node AS nodes\nFROM nodes\n')).toEqual([[]])
  })

  it('is counted when a mount has a number', () => {
    const mount = 'FROM scratch\nRUN --mount=type=bind,from=0,target=/m true\n'
    expect(meant(`FROM scratch AS build\n${mount}`)).toEqual([['build']])
    expect(meant(`FROM scratch\n${mount}`)).toEqual([[]])
  })
})
