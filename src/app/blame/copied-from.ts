import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type PathPair, type PathRule, rulesOf } from '../../analysis/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { TreeRef } from '../../solver/index.ts'
import { replaceFile } from '../replace-file.ts'

/** Which input of the step a file was copied from; its place there is the rule's. */
export interface CopyInputNumber {
  readonly input: number
}

/**
 * Remembers where the files of copied layers came from, by the id of the layer: nothing else knows it when the layer is
 * taken from the cache. Written when the copy is made, from what it has planned: a `COPY . .` of 18,000 files is one rule.
 */
export interface CopiedFrom {
  put(layer: string, entries: readonly PlannedEntry[], inputs: readonly TreeRef[]): void
  /** Undefined for layers that were not copied here. */
  get(layer: string): readonly PathRule<CopyInputNumber>[] | undefined
}

export function openCopiedFrom(root: string): CopiedFrom {
  const fileOf = (layer: string): string => path.join(root, 'cache/copied', layer)
  return {
    put(layer, entries, inputs) {
      const rules = rulesOf(pairsOf(entries, inputs)).map(({ to, from, way }) => [to, from, way.input])
      try {
        replaceFile(fileOf(layer), JSON.stringify(rules))
      } catch {
        // Without it blame ends at the line of the copy.
      }
    },
    get(layer) {
      try {
        const rules = JSON.parse(readFileSync(fileOf(layer), 'utf8')) as readonly (readonly [string, string, number])[]
        return rules.map(([to, from, input]) => ({ to, from, way: wayOf(input) }))
      } catch {
        return undefined
      }
    },
  }
}

/** Files alone have a place they came from; what lies between them follows by the rules. */
function* pairsOf(
  entries: readonly PlannedEntry[],
  inputs: readonly TreeRef[],
): Generator<PathPair<CopyInputNumber>, void, undefined> {
  const hosts = inputs.flatMap((tree, input) =>
    tree.kind === 'host' && input > 0 ? [{ prefix: `${tree.path}/`, way: { input } }] : [],
  )
  const stage = inputs.findIndex((tree, input) => tree.kind === 'layers' && input > 0)
  const ofStage = { input: stage }
  for (const { path: to, from } of entries) {
    if (from?.kind === 'layer' && stage > 0) yield { path: to, from: from.path, way: ofStage }
    const host = from?.kind === 'host' ? hosts.find(({ prefix }) => from.path.startsWith(prefix)) : undefined
    if (host !== undefined && from?.kind === 'host')
      yield { path: to, from: from.path.slice(host.prefix.length), way: host.way }
  }
}

const ways: CopyInputNumber[] = []

/** One object for each number, because ways are compared by identity. */
function wayOf(input: number): CopyInputNumber {
  return (ways[input] ??= { input })
}
