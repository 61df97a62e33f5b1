import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type Digest, digestOf, hexOf } from '../../core/index.ts'
import type { Session } from '../session.ts'
import { describeStages } from './describe-stages.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-stages-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A store that has some layers, each with one package of npm. */
function store(...ids: readonly string[]): Session {
  const layers = {
    has: (id: string) => ids.includes(id),
    readIndex: (id: string) => [
      { path: `node_modules/${id}/package.json`, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 100, mtime: 0n },
    ],
    readPart: (id: string) => Buffer.from(`{"name":"${id}","version":"1"}`),
  }
  // Nothing else of a session is asked.
  return { root, layers } as unknown as Session
}

function keep(stages: readonly { readonly stage: string; readonly layers: readonly string[] }[]): Digest {
  const image = digestOf(JSON.stringify(stages))
  const layerOf = (id: string) => ({
    ref: { id, diffId: digestOf(id), content: digestOf(id), size: 0 },
    instruction: 'RUN npm ci',
    source: 'Dockerfile',
    line: 3,
  })
  mkdirSync(path.join(root, 'cache/stages'), { recursive: true })
  const text = JSON.stringify({
    version: 1,
    stages: stages.map(({ stage, layers }) => ({ stage, layers: layers.map(layerOf) })),
  })
  writeFileSync(path.join(root, 'cache/stages', hexOf(image)), text)
  return image
}

test('stages have the packages that the image has not, and those whose layers are gone are named', async () => {
  const image = keep([
    { stage: 'build', layers: ['one', 'two'] },
    { stage: 'test', layers: ['one', 'lost'] },
  ])
  const shipped = {
    type: 'npm',
    name: 'one',
    version: '1',
    origin: 'application',
    purl: 'pkg:npm/one@1',
    path: 'x',
  } as const
  const { stages, unknownStages } = await describeStages(store('one', 'two'), { image, packages: [shipped] })
  expect(stages).toMatchObject([
    {
      stage: 'build',
      packages: [{ name: 'two', from: { layer: digestOf('two'), source: 'Dockerfile:3', stage: 'build' } }],
    },
  ])
  expect(unknownStages).toEqual(['layers of stage test are gone from the store: build again to have them'])
})

test('an image without a record has stages that nothing is known of', async () => {
  const known = await describeStages(store(), { image: digestOf('elsewhere'), packages: [] })
  expect(known).toEqual({ stages: [], unknownStages: [expect.stringContaining('nothing is known of the stages')] })
})
