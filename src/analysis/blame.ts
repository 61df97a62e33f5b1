import type { Json } from '../core/index.ts'
import { followRules, type PathRule, rulesByPrefix } from './path-rules.ts'

/** Something that makes files of an image. */
export interface MakingStep {
  readonly kind: 'base' | 'run' | 'copy' | 'workdir' | 'context' | 'download' | 'repository'
  /** The instruction as written; for a base its name, for sources where they are. */
  readonly text: string
  /** The Dockerfile and the line of the instruction, one-based. */
  readonly source?: string
  readonly line?: number
  readonly stage?: string
}

/** Which step made a layer, and which made the files that it only copies. */
export interface LayerBlame {
  /** Index into the steps; absent for layers of the base. */
  readonly step?: number
  /** Where the files of a copied layer came from: the steps from the nearest to the one that made them. */
  readonly copied: readonly PathRule<readonly number[]>[]
}

/** Who made what of one image: kept beside it. */
export interface ImageBlame {
  readonly steps: readonly MakingStep[]
  /** Lowest first, one for each layer of the image. */
  readonly layers: readonly LayerBlame[]
}

/** A step on the way of a file into the image. */
export interface BlamedStep extends MakingStep {
  /** What the file was called there, without leading slash; known for the last step only. */
  readonly path?: string
}

/** The steps that brought a path of a layer, the one that wrote the layer first, the one that made the file last. */
export function blameIn(blame: ImageBlame, layer: number, path: string): readonly BlamedStep[] {
  const { step, copied } = blame.layers[layer] ?? { copied: [] }
  const own = step === undefined ? undefined : blame.steps[step]
  if (own === undefined) return []
  const found = followRules(prefixesOf(copied), path)
  const steps = (found?.way ?? []).flatMap((index) => blame.steps[index] ?? [])
  const last = steps.pop()
  return last === undefined || found === undefined ? [own] : [own, ...steps, { ...last, path: found.from }]
}

/** A layer is asked about each of its files. */
function prefixesOf(rules: LayerBlame['copied']): ReadonlyMap<string, PathRule<readonly number[]>> {
  const known = prefixes.get(rules) ?? rulesByPrefix(rules)
  prefixes.set(rules, known)
  return known
}

const prefixes = new WeakMap<LayerBlame['copied'], ReadonlyMap<string, PathRule<readonly number[]>>>()

/** Small JSON; `decodeBlame` takes it back. */
export function encodeBlame({ steps, layers }: ImageBlame): Json {
  return {
    version: 1,
    steps: steps.map((step) => ({ ...step })),
    layers: layers.map(({ step, copied }) => ({
      ...(step === undefined ? {} : { step }),
      ...(copied.length === 0 ? {} : { copied: copied.map(({ to, from, way }) => [to, from, [...way]]) }),
    })),
  }
}

/** Undefined for anything that `encodeBlame` has not made. */
export function decodeBlame(value: unknown): ImageBlame | undefined {
  const { version, steps, layers } = (value ?? {}) as { version?: unknown; steps?: unknown; layers?: unknown }
  if (version !== 1 || !Array.isArray(steps) || !Array.isArray(layers)) return undefined
  if (!steps.every(isStep)) return undefined
  const decoded = layers.map(decodeLayer)
  return decoded.every((layer) => layer !== undefined) ? { steps, layers: decoded } : undefined
}

const kinds: ReadonlySet<unknown> = new Set(['base', 'run', 'copy', 'workdir', 'context', 'download', 'repository'])

function isStep(value: unknown): value is MakingStep {
  const { kind, text, source, line, stage } = (value ?? {}) as Partial<Record<keyof MakingStep, unknown>>
  const isText = (one: unknown): boolean => one === undefined || typeof one === 'string'
  const isLine = line === undefined || (Number.isSafeInteger(line) && Number(line) > 0)
  return kinds.has(kind) && typeof text === 'string' && isText(source) && isText(stage) && isLine
}

function decodeLayer(value: unknown): LayerBlame | undefined {
  const { step, copied = [] } = (value ?? {}) as { step?: unknown; copied?: unknown }
  if (!Array.isArray(copied) || (step !== undefined && !isIndex(step))) return undefined
  const rules = copied.map(decodeRule)
  if (!rules.every((rule) => rule !== undefined)) return undefined
  return { copied: rules, ...(isIndex(step) ? { step } : {}) }
}

function decodeRule(value: unknown): PathRule<readonly number[]> | undefined {
  const [to, from, way] = Array.isArray(value) ? (value as readonly unknown[]) : []
  if (typeof to !== 'string' || typeof from !== 'string') return undefined
  return Array.isArray(way) && way.every(isIndex) ? { to, from, way } : undefined
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
