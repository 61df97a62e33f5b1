import { describe, expect, test } from 'vitest'
import type { ImageNeeds } from '../../adapters/blob-store/index.ts'
import { digestOf } from '../../core/index.ts'
import { chooseVictims, type PruneRules } from './choose-victims.ts'
import type { KeptStep, Survey } from './survey.ts'
import { parseUsageFilters } from './usage-filter.ts'

const hour = 3_600_000
const now = 1000 * hour

const step = (layer: string, used: number, created = used): KeptStep => ({
  file: `cache/records/${layer}.json`,
  key: digestOf(layer),
  step: `[build 1/1] RUN ${layer}`,
  layer,
  created,
  used,
})

const image = (
  id: string,
  layers: readonly string[],
  { names = [] as readonly string[], stored = 1 } = {},
): ImageNeeds => ({
  image: { id: digestOf(id), platform: { os: 'linux', architecture: 'amd64' }, layers: [], stored, origins: [] },
  names,
  record: `images/ids/${id}.json`,
  layers: new Set(layers),
  blobs: new Set([digestOf(id)]),
  subjects: new Set(),
})

function surveyOf(facts: Partial<Survey> & { readonly ids: readonly string[] }): Survey {
  const { ids, ...rest } = facts
  return {
    root: '/store',
    images: [],
    steps: [],
    layers: ids.map((id) => ({ id, created: 1, diffId: digestOf(`${id} tar`) })),
    blobs: new Map(),
    forms: [],
    referrers: [],
    mounts: [],
    sources: [],
    memories: [],
    ...rest,
  }
}

const rules = (
  more: Partial<Omit<PruneRules, 'filter'>> & { readonly filters?: readonly string[] } = {},
): PruneRules => ({
  all: false,
  images: false,
  now,
  ...more,
  filter: parseUsageFilters(more.filters ?? []),
})
const nobody: ReadonlySet<string> = new Set()
const ids = ({ units }: ReturnType<typeof chooseVictims>): readonly string[] => units.map(({ id }) => id)

describe('a prune without a limit', () => {
  const survey = surveyOf({
    ids: ['kept', 'old', 'new', 'orphan', 'dangling'],
    images: [image('app', ['kept'], { names: ['app'] }), image('nameless', ['dangling'])],
    steps: [step('kept', 5 * hour), step('old', 10 * hour), step('new', 990 * hour), step('dangling', 20 * hour)],
    memories: ['cache/listings'],
  })

  test('takes what no image needs, what nothing refers to first, then by last use', () => {
    expect(ids(chooseVictims(survey, nobody, rules()))).toEqual(['orphan', 'old', 'new'])
  })

  test('leaves what a living process holds', () => {
    expect(ids(chooseVictims(survey, new Set(['layers/old']), rules({ all: true })))).not.toContain('old')
  })

  test('with --all forgets the steps whose layers images need, and what builds remember', () => {
    const victims = chooseVictims(survey, nobody, rules({ all: true }))
    expect(ids(victims)).toEqual(['orphan', 'old', 'new', 'listings'])
    expect(victims.forgotten.map(({ id }) => id)).toEqual(['kept', 'dangling'])
    expect(victims.images).toEqual([])
  })

  test('with --images takes images without a name and what only they needed, but none that is held', () => {
    const victims = chooseVictims(survey, nobody, rules({ images: true }))
    expect(victims.images.map(({ record }) => record)).toEqual(['images/ids/nameless.json'])
    expect(ids(victims)).toContain('dangling')
    const held = new Set(['images/ids/nameless.json'])
    expect(ids(chooseVictims(survey, held, rules({ images: true })))).not.toContain('dangling')
    const narrow = rules({ images: true, filters: ['type=exec.cachemount'] })
    expect(chooseVictims(survey, nobody, narrow).images).toEqual([])
  })

  test('keeps what was used within the time of until', () => {
    expect(ids(chooseVictims(survey, nobody, rules({ filters: ['until=24h'] })))).toEqual(['orphan', 'old'])
  })
})

describe('a prune with a limit', () => {
  const limit = (total: number, keep: number) => ({ total, keep, sizeOf: () => 10 })

  test('takes no more than necessary, the later one of two steps that were used together first', () => {
    const survey = surveyOf({
      ids: ['install', 'compile', 'other'],
      steps: [step('install', 10 * hour, 1), step('compile', 10 * hour, 2), step('other', 20 * hour)],
    })
    expect(ids(chooseVictims(survey, nobody, { ...rules(), limit: limit(30, 30) }))).toEqual([])
    expect(ids(chooseVictims(survey, nobody, { ...rules(), limit: limit(30, 20) }))).toEqual(['compile'])
    expect(ids(chooseVictims(survey, nobody, { ...rules(), limit: limit(30, 19) }))).toEqual(['compile', 'install'])
  })

  test('takes cache mounts that were not used for two days before steps', () => {
    const mounts = [
      { name: 'stale', id: 'a', created: 1, used: now - 72 * hour },
      { name: 'fresh', id: 'b', created: 1, used: now - hour },
    ]
    const survey = surveyOf({ ids: ['ancient'], steps: [step('ancient', hour)], mounts })
    expect(ids(chooseVictims(survey, nobody, { ...rules(), limit: limit(30, 0) }))).toEqual([
      'stale',
      'ancient',
      'fresh',
    ])
  })

  test('takes images without a name last, the oldest first, and only as many as it needs', () => {
    const images = [
      image('young', ['y'], { stored: 2 }),
      image('old', ['o'], { stored: 1 }),
      image('app', ['a'], { names: ['app'] }),
    ]
    const survey = surveyOf({ ids: ['y', 'o', 'a', 'free'], images, steps: [step('free', hour)] })
    const chosen = (keep: number) => {
      const victims = chooseVictims(survey, nobody, { ...rules({ images: true }), limit: limit(40, keep) })
      return [victims.images.map(({ record }) => record), ids(victims)]
    }
    expect(chosen(30)).toEqual([[], ['free']])
    expect(chosen(20)).toEqual([['images/ids/old.json'], ['o', 'free']])
    expect(chosen(0)).toEqual([
      ['images/ids/old.json', 'images/ids/young.json'],
      ['o', 'y', 'free'],
    ])
  })
})

describe('blobs', () => {
  const blob = digestOf('gzip of the layer')
  const forms = [{ file: 'f', diffId: digestOf('made tar'), form: 'gzip', blob }]
  const blobs = new Map([[blob, 1]])

  test('go with the layer that they hold', () => {
    const survey = surveyOf({ ids: ['made'], steps: [step('made', hour)], forms, blobs })
    const [only, ...others] = chooseVictims(survey, nobody, rules()).units
    expect([only?.paths, others]).toEqual([['layers/made', `blobs/sha256/${blob.slice(7)}`], []])
  })

  test('that hold a layer of an image go with --all alone, unless its manifest names them', () => {
    const app = image('app', ['made'], { names: ['app'] })
    const survey = surveyOf({ ids: ['made'], images: [app], forms, blobs })
    expect(ids(chooseVictims(survey, nobody, rules()))).toEqual([])
    expect(ids(chooseVictims(survey, nobody, rules({ all: true })))).toEqual([blob.slice(7)])
    const named = { ...app, blobs: new Set([blob]) }
    expect(ids(chooseVictims({ ...survey, images: [named] }, nobody, rules({ all: true })))).toEqual([])
  })

  test('of nobody go', () => {
    expect(ids(chooseVictims(surveyOf({ ids: [], blobs }), nobody, rules()))).toEqual([blob.slice(7)])
  })
})
