import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isTelling, runsOn } from '../../compare/index.ts'
import type { Diagnostic, Location } from '../../core/index.ts'
import { mayBeProgram, readElf } from '../../elf/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { storedLayer } from '../trees/layer-files.ts'
import { replaceFile } from '../replace-file.ts'

/** As many paths of an architecture are remembered for each layer. */
const remembered = 8
/** The header alone, without the table of segments. */
const headerSize = 64

/**
 * Warns of programs in the images' own layers that their platform cannot execute: a COPY from a stage of another platform, a
 * download for the wrong machine. A layer is looked through once in its life: 25 ms for 10,000 files and 16 µs for each that may
 * be a program. What was found is remembered, so that a cached build reads 0.1 ms per layer.
 */
export function reportForeignPrograms(
  session: Session,
  {
    images,
    results,
  }: { readonly images: readonly { readonly planned: PlannedImage }[]; readonly results: SolveResult },
): void {
  for (const { planned } of images) {
    for (const { vertex, origin } of planned.history) {
      const layer = vertex === undefined ? undefined : results.get(vertex)?.layer
      if (layer === undefined || origin === undefined) continue
      const diagnostic = warningFor(session, { layer, origin, planned, results })
      if (diagnostic !== undefined) session.emit({ type: 'diagnostic', time: session.now(), diagnostic })
    }
  }
}

interface OwnLayer {
  readonly layer: LayerRef
  readonly origin: Location
  readonly planned: PlannedImage
  readonly results: SolveResult
}

function warningFor(session: Session, own: OwnLayer): Diagnostic | undefined {
  const { layer, origin, planned } = own
  const foreign = Object.entries(programsOf(session, layer)).filter(([one]) => !runsOn(one, planned.platform))
  if (foreign.length === 0) return undefined
  for (const [architecture, { paths, count }] of foreign) {
    const shown = paths.filter((file) => isVisible(session, own, file))
    const [first] = shown
    if (first === undefined) continue
    const more = count - 1 - (paths.length - shown.length)
    const others = more > 0 ? `, and so ${more === 1 ? 'is one more file' : `are ${more} more files`}` : ''
    const platform = formatPlatform(planned.platform)
    return {
      code: 'ForeignArchitecture',
      severity: 'warning',
      message: `/${first} is for ${architecture} and cannot run in the image for ${platform}${others}`,
      at: origin,
      related: [],
      hint: `take the one for ${planned.platform.architecture}: TARGETARCH names the architecture of each platform`,
    }
  }
  return undefined
}

/** A later layer may have removed or replaced the file. */
function isVisible(session: Session, { layer, planned, results }: OwnLayer, file: string): boolean {
  const tree = results.get(planned.root)?.tree
  if (tree?.kind !== 'layers') return true
  const view = session.trees.view(tree)
  if (view.node(file)?.kind !== 'file') return false
  const origin = view.origin(file)
  return origin.kind === 'layer' && origin.layer === layer.id
}

/** How many telling programs a layer has of each architecture, and the first of them. */
type Programs = Readonly<Record<string, { readonly count: number; readonly paths: readonly string[] }>>

function programsOf(session: Session, layer: LayerRef): Programs {
  const file = path.join(session.root, 'cache/programs', layer.id)
  const known = readKnown(file)
  if (known !== undefined) return known
  if (!session.layers.has(layer.id)) return {}
  const programs = findPrograms(session, layer)
  try {
    replaceFile(file, JSON.stringify(programs))
  } catch {
    // A store that can only be read is looked through again.
  }
  return programs
}

function readKnown(file: string): Programs | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Programs
  } catch {
    return undefined
  }
}

function findPrograms(session: Session, layer: LayerRef): Programs {
  const { entries, read } = storedLayer(session, layer)
  const found: Record<string, { count: number; paths: string[] }> = {}
  for (const entry of entries) {
    if (entry.kind !== 'file' || !mayBeProgram(entry.path, entry)) continue
    const head = read(entry.path, { offset: 0, length: headerSize })
    const header = head === undefined ? undefined : readElf(head)
    if (header === undefined || !isTelling(entry.path, header)) continue
    const known = (found[header.architecture] ??= { count: 0, paths: [] })
    known.count += 1
    if (known.paths.length < remembered) known.paths.push(entry.path)
  }
  return found
}
