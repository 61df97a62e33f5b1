import type { NewImage } from '../../adapters/blob-store/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { MadeImages } from '../build/make-images.ts'
import type { Session } from '../session.ts'
import { type CacheTarget, parseCacheSource, parseCacheTarget } from './cache-spec.ts'
import { type CacheExport, exportCache } from './export-cache.ts'
import { type Imports, startImports } from './imports.ts'
import { withInlineCache } from './inline-cache.ts'
import { openCache } from './open-cache.ts'
import { hideSecrets, recordSolve, type SolveRecorder } from './shared-build.ts'

/** The caches outside this machine that one build reads and writes. */
export interface ExternalCache {
  readonly imports: Imports
  readonly recorder: SolveRecorder
  /** The images as they are to be delivered: with their cache inside, where that is asked for. */
  imagesOf(made: MadeImages): MadeImages['images']
  /** Brings what these images need and nobody could be asked for later. */
  keep(images: readonly NewImage[]): Promise<void>
  /** Writes every target. */
  write(made: MadeImages): Promise<void>
  close(): Promise<void>
}

/**
 * Begins to ask the sources. Rejects with `bad-option-value` for what cannot be understood, and as opening a target does: a
 * build need not run to its end for that.
 */
export async function openExternalCache(
  session: Session,
  request: Pick<BuildRequest, 'cacheFrom' | 'cacheTo' | 'buildArgs'>,
  world: {
    readonly cwd: string
    readonly signal: AbortSignal
    /** Layers of images lose times after SOURCE_DATE_EPOCH. */
    readonly rewriteTimestamps: boolean
  },
): Promise<ExternalCache> {
  const sources = (request.cacheFrom ?? []).map(parseCacheSource)
  const targets = (request.cacheTo ?? []).map(parseCacheTarget)
  const places = targets.filter(({ kind }) => kind !== 'inline')
  for (const target of places) await requirePlace(session, target, world.cwd)
  const imports = startImports(session, sources, world)
  const recorder = recordSolve()
  const exportOf = ({ plan, results, images, started }: MadeImages): CacheExport => {
    const hide = hideSecrets(plan, started.secrets, request.buildArgs)
    const secrets = Object.values(started.secrets.secrets)
    const latest = world.rewriteTimestamps && plan.epoch !== undefined ? { latest: plan.epoch } : {}
    return { plan, results, images, recorder, hide, secrets, imports, ...world, ...latest }
  }
  return {
    imports,
    recorder,
    imagesOf(made) {
      if (!targets.some(({ kind }) => kind === 'inline')) return made.images
      return made.images.map((image) => withInlineCache(image, exportOf(made)))
    },
    async keep(images) {
      for (const { layers } of images) await imports.keep(layers)
    },
    async write(made) {
      const failures: unknown[] = []
      for (const target of places)
        await exportCache(session, target, exportOf(made)).catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
    },
    close: () => imports.close(),
  }
}

/** A name that can never be meant is refused before anything runs; other trouble only where the target says that it matters. */
async function requirePlace(session: Session, target: CacheTarget, cwd: string): Promise<void> {
  try {
    await (await openCache(session, { ...target, cwd, isTarget: true })).close()
  } catch (error) {
    if (!target.ignoreError || (error instanceof SlipwayError && error.code === 'bad-reference')) throw error
  }
}
