import { diskSize } from '../archive/index.ts'
import { type Inventory, layersOfPackages } from '../inventory/index.ts'
import type { BlamedStep } from './blame.ts'
import type { Evidence, Offender } from './budgets.ts'
import { diveFigures } from './dive-figures.ts'
import type { ImageInside } from './image-inside.ts'
import type { SurfaceItem } from './surface.ts'
import { findWaste } from './waste.ts'

/** Bytes of the layers on disk or as they are sent, by the line that made each; layers of the base together. */
export function layerBytes(inside: ImageInside, kind: 'disk' | 'transfer'): Evidence<number> {
  const sizes = inside.layers.map(({ entries, transfer }) => (kind === 'disk' ? diskSize(entries) : transfer))
  const known = sizes.filter((size) => size !== undefined)
  if (known.length < sizes.length) return { unknown: 'not all of its layers have been compressed' }
  return summed(inside, known)
}

/** How many layers there are, by who made them. */
export function layerCount(inside: ImageInside): Evidence<number> {
  return summed(
    inside,
    inside.layers.map(() => 1),
  )
}

/** Bytes that later layers hide, by the line that hides them. */
export function wastedBytes(inside: ImageInside): Evidence<number> {
  const { hidden, hiddenBytes } = findWaste(inside)
  return { value: hiddenBytes, offenders: hiddenBy(inside, hidden) }
}

/** The efficiency as dive counts it, by the lines that hide bytes. */
export function efficiencyOf(inside: ImageInside): Evidence<number> {
  return { value: diveFigures(inside.layers).efficiency, offenders: hiddenBy(inside, findWaste(inside).hidden) }
}

/** Installed packages, by the line that brought them. */
export function packageCount(inside: ImageInside, { packages }: Pick<Inventory, 'packages'>): Evidence<number> {
  const installed = packages.filter(({ isDeclared }) => isDeclared !== true)
  const counts = inside.layers.map(() => 0)
  let unknown = 0
  for (const layer of layersOfPackages(installed, inside.layers)) {
    if (layer === undefined) unknown += 1
    else counts[layer] = (counts[layer] ?? 0) + 1
  }
  return { ...summed(inside, counts), value: installed.length } satisfies Evidence<number> & { value: number }
}

/** Paths of some kinds, each with the line that brought it. */
export function surfaceOffenders(
  items: readonly SurfaceItem[],
  kinds: readonly SurfaceItem['kind'][],
): readonly Offender[] {
  return items
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ path, step, kind }) => {
      const mark = kind === 'setgid' ? `/${path} (setgid)` : `/${path}`
      return step === undefined ? { text: mark } : { ...lineOf(step), text: mark }
    })
}

function summed(inside: ImageInside, amounts: readonly number[]): { value: number; offenders: readonly Offender[] } {
  const shares = new Map<string, { about: Omit<Offender, 'amount'>; amount: number }>()
  for (const [index, amount] of amounts.entries()) {
    const about = makerOfLayer(inside, index)
    const key = JSON.stringify(about)
    const share = shares.get(key) ?? { about, amount: 0 }
    shares.set(key, share)
    share.amount += amount
  }
  const offenders = [...shares.values()]
    .filter(({ amount }) => amount > 0)
    .sort((left, right) => right.amount - left.amount)
    .map(({ about, amount }) => ({ ...about, amount }))
  return { value: amounts.reduce((sum, amount) => sum + amount, 0), offenders }
}

function makerOfLayer({ layers, blame }: ImageInside, index: number): Omit<Offender, 'amount'> {
  const { instruction = '', ...layer } = layers[index] ?? {}
  const line = lineOf(layer)
  const { step } = blame?.layers[index] ?? {}
  const made = step === undefined ? undefined : blame?.steps[step]
  if (line.line === undefined && made?.kind === 'base') return { text: made.text, ...lineOf(made) }
  return { ...line, text: instructionText(instruction) }
}

function hiddenBy(inside: ImageInside, pairs: ReturnType<typeof findWaste>['hidden']): readonly Offender[] {
  return pairs.map(({ by, layer, how, bytes }) => {
    const { line, text } = makerOfLayer(inside, by)
    const of = makerOfLayer(inside, layer)
    const verb = how === 'deleted' ? 'deletes' : how === 'same' ? 'writes again' : 'overwrites'
    const what = line === undefined ? `${text} ` : ''
    return {
      ...(line === undefined ? {} : { line }),
      text: `${what}${verb} what ${of.line ?? of.text} wrote`,
      amount: bytes,
    }
  })
}

function lineOf({ source, line }: Pick<BlamedStep, 'source' | 'line'>): { readonly line?: string } {
  return source === undefined || line === undefined ? {} : { line: `${source}:${line}` }
}

/** As it was written, without what BuildKit and docker put around it in a history. */
function instructionText(text: string): string {
  const plain = text.replace(/^\/bin\/sh -c #\(nop\)\s*/, '').replace(/^(RUN )?\/bin\/sh -c /, 'RUN ')
  return plain.replace(/ # buildkit$/, '') || 'a layer without history'
}
