import type { ImageNeeds } from '../../adapters/blob-store/index.ts'
import { type Digest, hexOf } from '../../core/index.ts'
import type { KeptForm, KeptLayer, KeptStep, Survey } from './survey.ts'

/** BuildKit's words, with `source.http` and `source.packages` beside them. */
export const usageTypes = [
  'regular',
  'exec.cachemount',
  'source.local',
  'source.git.checkout',
  'source.http',
  'source.packages',
  'internal',
] as const
export type UsageType = (typeof usageTypes)[number]

/** Something of the store that is removed as a whole. */
export interface UsageUnit {
  /** Of a layer its directory name, of anything else what its file or directory is called. */
  readonly id: string
  readonly type: UsageType
  readonly description: string
  /** What it consists of, below the root. */
  readonly paths: readonly string[]
  /** The steps whose layer it is. */
  readonly steps: readonly KeptStep[]
  /** `named`: an image with a name cannot do without it; `unnamed`: images without a name cannot. */
  readonly neededBy?: 'named' | 'unnamed'
  /** Belongs to an image that can do without it: a compressed form of its layer, made for a push or an archive. */
  readonly spare?: true
  /** A living process has looked at it. */
  readonly inUse: boolean
  /** Written by those who use it. */
  readonly mutable: boolean
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly used: number
}

export interface UnitContext {
  /** Paths that living processes have looked at. */
  readonly held: ReadonlySet<string>
  /** Images that are looked upon as gone. */
  readonly without?: ReadonlySet<ImageNeeds>
}

type Kept = 'named' | 'unnamed' | undefined

/** What a store consists of, and what of it images need. */
export function unitsOf(survey: Survey, { held, without = new Set() }: UnitContext): readonly UsageUnit[] {
  const needs = neededBy(survey.images.filter((image) => !without.has(image)))
  const finish = ({ steps = [], mutable = false, neededBy: kept, ...unit }: Draft): UsageUnit => ({
    ...unit,
    steps,
    mutable,
    ...(kept === undefined ? {} : { neededBy: kept }),
    inUse: unit.paths.some((one) => held.has(one)),
  })
  const layers = layerUnits(survey, needs)
  const attached = new Set(layers.flatMap(({ paths }) => paths))
  return [
    ...layers,
    ...blobUnits(survey, needs).filter(({ paths }) => !paths.some((one) => attached.has(one))),
    ...mountUnits(survey),
    ...survey.sources,
    ...survey.memories.map(memoryUnit(survey)),
  ].map(finish)
}

type Draft = Omit<UsageUnit, 'inUse' | 'steps' | 'mutable' | 'neededBy'> & {
  readonly steps?: readonly KeptStep[]
  readonly mutable?: boolean
  readonly neededBy?: Kept
}

interface Needs {
  layer(id: string): Kept
  blob(digest: Digest): Kept
  referrers(subject: Digest): Kept
}

function neededBy(images: readonly ImageNeeds[]): Needs {
  const of = <T>(choose: (image: ImageNeeds) => ReadonlySet<T>): ((one: T) => Kept) => {
    const isNamed = new Map<T, boolean>()
    for (const image of images)
      for (const one of choose(image)) isNamed.set(one, isNamed.get(one) === true || image.names.length > 0)
    return (one) => (isNamed.has(one) ? (isNamed.get(one) === true ? 'named' : 'unnamed') : undefined)
  }
  return {
    layer: of(({ layers }) => layers),
    blob: of(({ blobs }) => blobs),
    referrers: of(({ subjects }) => subjects),
  }
}

/** A layer with the blobs that hold it in other forms, as far as no image needs those for themselves. */
function layerUnits(survey: Survey, needs: Needs): readonly Draft[] {
  const steps = grouped(survey.steps, ({ layer }) => layer)
  const forms = grouped(survey.forms, ({ diffId }) => diffId)
  const taken = new Set<Digest>()
  const there = new Set(survey.layers.map(({ id }) => id))
  // Steps of an external cache are known before their layers are here.
  const elsewhere = [...steps.keys()].filter((id) => !there.has(id)).map((id): KeptLayer => ({ id, created: 0 }))
  return [...survey.layers, ...elsewhere].map((layer) => {
    const own = steps.get(layer.id) ?? []
    const kept = needs.layer(layer.id)
    const named = [...formsOf(layer, forms).map(({ blob }) => blob), ...own.flatMap(({ blob }) => blob ?? [])]
    const blobs = kept === undefined ? named.filter((blob) => isFree(blob, { survey, needs, taken })) : []
    for (const blob of blobs) taken.add(blob)
    return {
      id: layer.id,
      type: 'regular',
      description: own.length === 0 ? 'layer that no step of the cache left' : own.map(({ step }) => step).join('; '),
      paths: [`layers/${layer.id}`, ...new Set(blobs.map(blobPath))],
      steps: own,
      neededBy: kept,
      created: Math.min(...[layer.created, ...own.map(({ created }) => created)].filter((time) => time > 0)),
      used: Math.max(layer.created, ...own.map(({ used }) => used)),
    }
  })
}

function formsOf({ diffId }: KeptLayer, forms: ReadonlyMap<Digest, readonly KeptForm[]>): readonly KeptForm[] {
  return diffId === undefined ? [] : (forms.get(diffId) ?? [])
}

interface Choice {
  readonly survey: Survey
  readonly needs: Needs
  readonly taken: ReadonlySet<Digest>
}

function isFree(blob: Digest, { survey, needs, taken }: Choice): boolean {
  return survey.blobs.has(blob) && needs.blob(blob) === undefined && !taken.has(blob)
}

function blobUnits(survey: Survey, needs: Needs): readonly Draft[] {
  const kept = new Map(
    survey.layers.flatMap(({ id, diffId }) => (diffId === undefined ? [] : [[diffId, needs.layer(id)]])),
  )
  const forms = new Map(survey.forms.map((form) => [form.blob, form]))
  const blobs = [...survey.blobs].map(([digest, time]): Draft => {
    const base = { id: hexOf(digest), type: 'regular', paths: [blobPath(digest)], created: time, used: time } as const
    const needed = needs.blob(digest)
    if (needed !== undefined) return { ...base, description: 'blob of an image', neededBy: needed }
    const form = forms.get(digest)
    const owner = form === undefined ? undefined : kept.get(form.diffId)
    if (form === undefined || owner === undefined) return { ...base, description: 'blob that nothing refers to' }
    return { ...base, description: `layer of an image as ${form.form}`, neededBy: owner, spare: true }
  })
  const referrers = survey.referrers.map(
    (subject): Draft => ({
      id: hexOf(subject),
      type: 'regular',
      description: 'list of what refers to a manifest',
      paths: [`blobs/referrers/${hexOf(subject)}.json`],
      neededBy: needs.referrers(subject),
      created: 0,
      used: 0,
    }),
  )
  return [...blobs, ...referrers]
}

function mountUnits({ mounts }: Survey): readonly Draft[] {
  return mounts.map(({ name, id, target, step, created, used }) => ({
    id: name,
    type: 'exec.cachemount',
    description: [`cache mount ${id}`, ...(target === undefined || target === id ? [] : [`at ${target}`])]
      .concat(step === undefined ? [] : [`of ${step}`])
      .join(' '),
    paths: [`cache-mounts/${name}`],
    mutable: true,
    created,
    used,
  }))
}

function memoryUnit({ steps }: Survey): (file: string) => Draft {
  const used = Math.max(0, ...steps.map((step) => step.used))
  return (file) => {
    const name = file.slice('cache/'.length)
    const isContexts = name === 'context-index.json'
    return {
      id: name,
      type: isContexts ? 'source.local' : 'internal',
      description: isContexts ? 'digests of files of contexts' : `what builds remember: ${name}`,
      paths: [file],
      created: 0,
      used,
    }
  }
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`
}

function grouped<T, Key>(items: readonly T[], keyOf: (item: T) => Key): ReadonlyMap<Key, readonly T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? []
    group.push(item)
    groups.set(keyOf(item), group)
  }
  return groups
}
