import { type Diagnostic, type Location, SlipwayError } from '../../core/index.ts'
import type { Gap, GapKind } from '../../closure/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import { type BlamedGap, type KnownClosure, knownClosure, type LayeredImage, rememberClosure } from './closure-memo.ts'

/** What gaps in what was built lead to. */
export type ClosureMode = 'warn' | 'error' | 'off'

/** What a build has made, before anybody is given it. */
export interface BuiltImages {
  readonly images: readonly { readonly planned: PlannedImage }[]
  readonly graphs: readonly StageGraph[]
  readonly results: SolveResult
}

/**
 * Says what the images of a build lack to start, each with the line to blame. With `error` it throws `image-incomplete` when one
 * cannot start or do what it is certain to try. Looking costs 60 ms for an image of 20,000 files, and what was found is remembered: a
 * cached build reads one file.
 */
export async function reportClosure(
  session: Session,
  { images, graphs, results }: BuiltImages,
  mode: ClosureMode,
): Promise<void> {
  if (mode === 'off') return
  const errors: Diagnostic[] = []
  for (const [index, { planned }] of images.entries()) {
    const image = layeredImage(session, planned, results)
    if (image === undefined) continue
    const { gaps } = await closureOfImage(session, image)
    const fallback = fromLine(graphs[index] ?? graphs[0])
    for (const blamed of gaps) {
      const at = placeOf(blamed, { planned, results }) ?? fallback
      if (at === undefined || blamed.gap.severity === 'info') continue
      const diagnostic = diagnosticOf(blamed.gap, { at, planned, isOne: images.length === 1 })
      if (mode === 'error' && blamed.gap.severity === 'error') errors.push(diagnostic)
      else session.emit({ type: 'diagnostic', time: session.now(), diagnostic })
    }
  }
  const [first] = errors
  if (first === undefined) return
  const more = errors.slice(1).map(({ message }) => message)
  throw new SlipwayError('image-incomplete', first.message, {
    at: [first.at],
    notes: more,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  })
}

/** From memory, or found now. */
export async function closureOfImage(session: Session, image: LayeredImage): Promise<KnownClosure> {
  const known = knownClosure(session.root, image)
  if (known !== undefined) return known
  const { findClosure } = await import('./find-closure.ts')
  const found = findClosure(session, image)
  rememberClosure(session.root, image, found)
  return found
}

/** Undefined while layers are elsewhere: a look is not worth their download. */
function layeredImage(session: Session, planned: PlannedImage, results: SolveResult): LayeredImage | undefined {
  const tree = results.get(planned.root)?.tree
  const layers: readonly LayerRef[] = tree?.kind === 'layers' ? tree.layers : []
  if (layers.length === 0 || layers.some(({ id }) => !session.layers.has(id))) return undefined
  return { platform: planned.platform, config: planned.config.config, layers }
}

function placeOf(
  { gap, layer }: BlamedGap,
  { planned, results }: { readonly planned: PlannedImage; readonly results: SolveResult },
): Location | undefined {
  const { history } = planned
  if (layer !== undefined) {
    return history.find(({ vertex }) => vertex !== undefined && results.get(vertex)?.layer?.id === layer)?.origin
  }
  const { instruction } = gap
  if (instruction === undefined) return history.findLast(({ origin }) => origin !== undefined)?.origin
  return history.findLast(({ createdBy, origin }) => origin !== undefined && createdBy.startsWith(`${instruction} `))
    ?.origin
}

/** The FROM of the last stage, whose base brought what no instruction did. */
function fromLine(graph: StageGraph | undefined): Location | undefined {
  return graph?.stages[graph.target]?.at
}

interface Blamed {
  readonly at: Location
  readonly planned: PlannedImage
  readonly isOne: boolean
}

function diagnosticOf(gap: Gap, { at, planned, isOne }: Blamed): Diagnostic {
  const where = isOne ? '' : ` (${formatPlatform(planned.platform)})`
  return {
    code: codes[gap.kind],
    severity: 'warning',
    message: `${gap.message}${where}`,
    at,
    related: [],
    ...(gap.hint === undefined ? {} : { hint: gap.hint }),
  }
}

const codes: Readonly<Record<GapKind, string>> = {
  program: 'MissingProgram',
  interpreter: 'MissingInterpreter',
  library: 'MissingLibrary',
  'symbol-version': 'MissingSymbolVersion',
  libc: 'OtherLibc',
  architecture: 'OtherArchitecture',
  link: 'BrokenLink',
  module: 'MissingModule',
  'native-module': 'UnusableNativeModule',
  'runtime-version': 'OtherRuntimeVersion',
  certificates: 'MissingCertificates',
  'time-zones': 'MissingTimeZone',
  user: 'UnknownUser',
  directory: 'UnusableDirectory',
  permission: 'NotPermitted',
}
