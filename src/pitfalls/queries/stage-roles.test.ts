import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../../test/kit/pitfall-facts.ts'
import { isSideFile, isSideStage } from './stage-roles.ts'

describe('stages beside the release', () => {
  it.each([
    ['test', true],
    ['unit-tests', true],
    ['e2e', true],
    ['production-debug', true],
    ['dev.local', true],
    ['production', false],
    ['prod-deps', false],
    ['dev-deps', false],
    ['device', false],
    ['latest', false],
  ])('%s: %s', (name, expected) => {
    const [stage] = pitfallFacts(`FROM alpine AS ${name}\n`).stages
    expect(stage !== undefined && isSideStage(stage)).toBe(expected)
  })

  it.each([
    ['Dockerfile.dev', true],
    ['docker/lint.Dockerfile', true],
    ['.devcontainer/Dockerfile', true],
    ['Dockerfile', false],
    ['dev/Dockerfile', false],
    ['Dockerfile.prod', false],
  ])('a file named %s: %s', (path, expected) => {
    expect(isSideFile(path)).toBe(expected)
  })
})
