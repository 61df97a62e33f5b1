import { describe, expect, test } from 'vitest'
import type { Statement } from '../../attest/index.ts'
import { type BuildRequest, plainBuild } from '../build/build-request.ts'
import { mergeRequest, recordedRequest } from './recorded-request.ts'

function statement(predicate: object): Statement {
  return {
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [],
    predicate: predicate as Statement['predicate'],
  }
}

function recorded(
  args: Readonly<Record<string, string>>,
  more: { readonly source?: object; readonly epoch?: number } = {},
) {
  const { source = { path: 'Dockerfile' }, epoch } = more
  return recordedRequest([
    statement({
      buildDefinition: {
        externalParameters: { configSource: source, request: { args } },
        internalParameters: epoch === undefined ? {} : { sourceDateEpoch: epoch },
      },
    }),
  ])
}

describe('mergeRequest', () => {
  const merged = (
    args: Readonly<Record<string, string>>,
    more = {},
    own: Partial<BuildRequest> = {},
    isContextGiven = true,
  ) => mergeRequest({ ...plainBuild, ...own }, recorded(args, more), { isContextGiven })

  test('takes what was recorded, by the names of BuildKit', () => {
    const args = {
      target: 't',
      'build-arg:A': '1',
      'label:l': '2',
      'context:base': 'docker-image://x',
      'force-network-mode': 'none',
      'add-hosts': 'a=1.1.1.1,b=2.2.2.2',
      'shm-size': '64',
      ulimit: 'nofile=1:2',
    }
    expect(merged(args, { epoch: 5 })).toEqual({
      ...plainBuild,
      target: 't',
      buildArgs: { A: '1', SOURCE_DATE_EPOCH: '5' },
      labels: { l: '2' },
      namedContexts: { base: 'docker-image://x' },
      network: 'none',
      addHosts: ['a:1.1.1.1', 'b:2.2.2.2'],
      shmSize: 64,
      ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
    })
  })

  test('lets the command line come first', () => {
    const own = { target: 'own', buildArgs: { A: 'own' }, network: 'host', dockerfile: 'own' } as const
    const source = { path: 'docker/x' }
    expect(merged({ target: 't', 'build-arg:A': '1', 'force-network-mode': 'none' }, { source }, own)).toMatchObject(
      own,
    )
  })

  test('finds the Dockerfile inside the context, and a repository at its commit', () => {
    expect(merged({}, { source: { path: 'docker/x' } }, { context: 'src' }).dockerfile).toBe('src/docker/x')
    const source = { uri: 'https://h/r.git#main:dir', digest: { sha1: 'abc' }, path: 'x' }
    expect(merged({}, { source }, {}, false)).toMatchObject({ context: 'https://h/r.git#abc:dir', dockerfile: 'x' })
    expect(merged({}, { source }, { context: 'here' }).context).toBe('here')
  })

  test('asks for directories that only another machine knows', () => {
    expect(() => merged({ 'context:more': 'local:more' })).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(merged({ 'context:more': 'local:more' }, {}, { namedContexts: { more: 'd' } }).namedContexts).toEqual({
      more: 'd',
    })
  })

  test('has nothing to add without a provenance', () => {
    expect(mergeRequest(plainBuild, recordedRequest([]), { isContextGiven: true })).toBe(plainBuild)
  })
})

describe('recordedRequest', () => {
  test.each([
    ['slipway_completeness', false, true],
    ['buildkit_completeness', false, true],
    ['slipway_completeness', true, false],
  ])('knows from %s %s that values were left out', (member, request, isPartial) => {
    const found = recordedRequest([statement({ runDetails: { metadata: { [member]: { request } } } })])
    expect(found?.isPartial).toBe(isPartial)
  })
})
