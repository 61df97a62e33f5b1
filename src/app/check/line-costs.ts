import type { LayerEntry } from '../../archive/index.ts'
import { diskSize } from '../../archive/index.ts'
import { mayBeProgram, symbolBytes } from '../../elf/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { ImageLayer, PitfallHit } from '../../pitfalls/index.ts'

/** A layer with what registries send for it, where that is known. */
export interface WeighedLayer extends ImageLayer {
  /** Bytes. */
  readonly transfer?: number
}

/** What some layers weigh. */
export interface Cost {
  /** Bytes of files, as docker counts them. */
  readonly disk: number
  /** Bytes as registries send them, where all those blobs are known. */
  readonly transfer?: number
}

/** What a finding costs: a share of the layer of its line, or of those of the base. Undefined when there is no such layer. */
export function costOf(
  { line, paths, only }: NonNullable<PitfallHit['costs']>,
  layers: readonly WeighedLayer[],
): Cost | undefined {
  const own = layers.filter((layer) => (layer.line ?? 0) === line)
  if (own.length === 0) return undefined
  const shares = own.map((layer) => shareOf(layer, paths, only))
  const transfers = shares.map(({ transfer }) => transfer)
  const known = transfers.filter((transfer) => transfer !== undefined)
  return {
    disk: sum(shares.map(({ disk }) => disk)),
    ...(known.length < transfers.length ? {} : { transfer: sum(known) }),
  }
}

/** The share of a layer that some paths make up: absolute ones, with wildcards, directories with all that is in them. */
function shareOf(layer: WeighedLayer, paths: readonly string[], only: 'symbols' | undefined): Cost {
  const { entries, transfer } = layer
  const disk = diskSize(entries)
  if (paths.length === 0 && only === undefined) return { disk, ...(transfer === undefined ? {} : { transfer }) }
  const { ignored } = compileIgnore(paths.map((path) => path.replace(/^\/+/, '')))
  const meant = paths.length === 0 ? entries : entries.filter(({ path }) => ignored(path))
  const share = only === 'symbols' ? symbolsOf(layer, meant) : diskSize(meant)
  // Contents of one layer are taken to shrink alike.
  return {
    disk: share,
    ...(transfer === undefined || disk === 0 ? {} : { transfer: Math.round((transfer * share) / disk) }),
  }
}

function symbolsOf({ read }: WeighedLayer, entries: readonly LayerEntry[]): number {
  const programs = entries.filter((entry) => entry.kind === 'file' && mayBeProgram(entry.path, entry))
  return sum(programs.map(({ path }) => symbolBytes((part) => read(path, part)) ?? 0))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
