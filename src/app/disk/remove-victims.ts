import { rmSync } from 'node:fs'
import path from 'node:path'
import { isAlive, type Named, readImageNeeds } from '../../adapters/blob-store/index.ts'
import { moveAway, readHeld } from '../../adapters/layer-store/index.ts'
import { type Digest, hexOf } from '../../core/index.ts'
import type { Victims } from './choose-victims.ts'
import { discard, type StoredPlace } from './measure-stored.ts'
import type { UsageUnit } from './usage-unit.ts'

export interface Removing extends StoredPlace {
  /** Owner name of this process. */
  readonly owner: string
}

export interface Removed {
  readonly images: readonly Digest[]
  /** Those of the victims that nobody had come to need meanwhile. */
  readonly units: readonly UsageUnit[]
}

/**
 * Removes what was chosen, unless a living process has come to look at it or an image to need it. Things leave their places by
 * a rename before they are removed, so that nobody ever finds a part of one.
 */
export async function removeVictims(
  place: Removing,
  victims: Victims,
  documents: Map<Digest, readonly Named[]>,
): Promise<Removed> {
  const { root, owner } = place
  const dropped = new Set(victims.images.map(({ image }) => image.id))
  // Memories are written by whoever remembers: their directories stay, and one that is missed is made again.
  const remembered = victims.units.filter((unit) => isMemory(unit))
  const things = [
    ...victims.images.map(({ record, image }) => ({ paths: [record], image: image.id, unit: undefined })),
    ...victims.units.filter((unit) => !isMemory(unit)).map((unit) => ({ paths: unit.paths, image: undefined, unit })),
  ]
  const moved = await moveAway(root, things, {
    target: path.join(root, 'tmp', owner, 'pruned'),
    keep: () => neededPaths(root, { dropped, documents }),
  })
  const units = moved.flatMap(({ thing }) => thing.unit ?? [])
  for (const { steps } of [...units, ...victims.forgotten])
    for (const { file } of steps) rmSync(path.join(root, file), { force: true })
  await discard(
    place,
    moved.flatMap((one) => one.moved),
  )
  const images = moved.flatMap(({ thing }) => thing.image ?? [])
  return { images, units: [...units, ...remembered] }
}

export function isMemory({ type }: UsageUnit): boolean {
  return type === 'internal' || type === 'source.local'
}

/** Paths below the root that have to stay. What is held is read first: who ends meanwhile has left a record that is read then. */
function neededPaths(
  root: string,
  { dropped, documents }: { readonly dropped: ReadonlySet<Digest>; readonly documents: Map<Digest, readonly Named[]> },
): ReadonlySet<string> {
  const needed = new Set(readHeld(root, isAlive))
  for (const { image, names, record, layers, blobs, subjects } of readImageNeeds(root, documents)) {
    if (dropped.has(image.id) && names.length === 0 && !needed.has(record)) continue
    needed.add(record)
    for (const layer of layers) needed.add(`layers/${layer}`)
    for (const blob of blobs) needed.add(`blobs/sha256/${hexOf(blob)}`)
    for (const subject of subjects) needed.add(`blobs/referrers/${hexOf(subject)}.json`)
  }
  return needed
}
