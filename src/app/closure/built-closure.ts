import { blameIn } from '../../analysis/index.ts'
import { type Diagnostic, type Location, SlipwayError } from '../../core/index.ts'
import type { Gap, GapKind } from '../../closure/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { PlannedImage } from '../../plan/index.ts'
import type { LayerRef, SolveResult } from '../../solver/index.ts'
import { blameFor, type SolvedBuild } from '../blame/kept-blame.ts'
import { readStages } from '../inside/stages-of-inside.ts'
import { stagesBelow } from '../sbom/kept-stages.ts'
import type { Session } from '../session.ts'
import { withStage } from './stage-that-has.ts'
import { closureOfImage } from './closure-of-image.ts'
import type { BlamedGap, LayeredImage } from './closure-memo.ts'

/** What gaps in what was built lead to. */
export type ClosureMode = 'warn' | 'error' | 'off'

/** What a build has made, before anybody is given it. */
export interface BuiltImages extends SolvedBuild {
  readonly images: readonly { readonly planned: PlannedImage }[]
}

/**
 * Says what the images of a build lack to start, each with the line to blame. With `error` it throws `image-incomplete` when one
 * cannot start or do what it is certain to try. What was found is remembered: a
 * cached build reads one file.
 */
export async function reportClosure(
  session: Session,
  built: BuiltImages,
  { mode, signal }: { readonly mode: ClosureMode; readonly signal: AbortSignal },
): Promise<void> {
  if (mode === 'off') return
  const { images, graphs, results } = built
  const errors: Diagnostic[] = []
  for (const [index, { planned }] of images.entries()) {
    const image = layeredImage(session, planned, results)
    if (image === undefined) continue
    const gaps = await gapsOf(session, image, { mode, signal })
    const stages = gaps.length === 0 ? [] : readStages(session, stagesBelow(built, planned.root)).stages
    const fallback = fromLine(graphs[index] ?? graphs[0])
    for (const blamed of gaps) {
      const at = placeOf(blamed, { planned, results }) ?? fallback
      if (at === undefined || blamed.gap.severity === 'info') continue
      const maker = makerOf(session, built, { blamed, planned })
      const diagnostic = diagnosticOf(withStage(blamed.gap, stages), { at, maker, planned, isOne: images.length === 1 })
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

/** A fault of the look itself fails no build, unless nothing may be delivered without it. */
async function gapsOf(
  session: Session,
  image: LayeredImage,
  { mode, signal }: { readonly mode: ClosureMode; readonly signal: AbortSignal },
): Promise<readonly BlamedGap[]> {
  try {
    return (await closureOfImage(session.root, image, signal)).gaps
  } catch (error) {
    if (signal.aborted || mode === 'error') throw error
    const message = `what the image needs to start could not be found out: ${(error as Error).message}`
    session.emit({ type: 'note', time: session.now(), message })
    return []
  }
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

/** Followed only where there is something to tell: the trace of 20,000 copied files is not for nothing. */
function makerOf(
  session: Session,
  built: BuiltImages,
  { blamed: { gap, layer }, planned }: { readonly blamed: BlamedGap; readonly planned: PlannedImage },
): string | undefined {
  const tree = built.results.get(planned.root)?.tree
  const index = tree?.kind === 'layers' ? tree.layers.findIndex(({ id }) => id === layer) : -1
  if (gap.file === undefined || index < 0) return undefined
  const [, ...makers] = blameIn(blameFor(session, built, planned), index, gap.file)
  const maker = makers.findLast(({ line }) => line !== undefined)
  if (maker === undefined) return undefined
  return `${maker.source}:${maker.line}${maker.stage === undefined ? '' : ` (${maker.stage})`}`
}

/** The FROM of the last stage, whose base brought what no instruction did. */
function fromLine(graph: StageGraph | undefined): Location | undefined {
  return graph?.stages[graph.target]?.at
}

interface Blamed {
  readonly at: Location
  /** `Dockerfile:4 (build)`: who made the file that the line at `at` only copies. */
  readonly maker: string | undefined
  readonly planned: PlannedImage
  readonly isOne: boolean
}

function diagnosticOf(gap: Gap, { at, maker, planned, isOne }: Blamed): Diagnostic {
  const where = isOne ? '' : ` (${formatPlatform(planned.platform)})`
  return {
    code: codes[gap.kind],
    severity: 'warning',
    message: `${gap.message}${where}${maker === undefined ? '' : `; it was made by ${maker}`}`,
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
