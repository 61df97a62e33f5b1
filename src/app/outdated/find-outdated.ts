import { type Assessment, assessUse, catalogueDate, type ImageUse } from '../../bases/index.ts'
import type { Session } from '../session.ts'
import { askRegistries } from './ask-registries.ts'
import { readUses, type UsesRequest } from './read-uses.ts'

/** One place that names an image, with what is known about it. */
export interface UseReport {
  readonly use: ImageUse
  /** Absent for what is no image of a registry. */
  readonly assessment?: Assessment
  /** What registries could not be asked; what could be is in the assessment all the same. */
  readonly problems: readonly string[]
}

export interface OutdatedReport {
  /** In the order of the files and of their lines. */
  readonly uses: readonly UseReport[]
  /** The day of the facts about ends of support, `YYYY-MM-DD`. */
  readonly catalogue: string
}

/** Judges every image that the files name. One that cannot be asked about does not keep the others from being judged. */
export async function findOutdated(
  session: Session,
  request: UsesRequest,
  world: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<OutdatedReport> {
  const files = await readUses(request, world.cwd)
  const questions = askRegistries(session, world.signal)
  const uses = await Promise.all(
    files
      .flatMap(({ uses }) => uses)
      .map(async (use): Promise<UseReport> => {
        const { reference } = use
        if (reference === undefined) return { use, problems: [] }
        const { problems, ...facts } = await questions.facts(reference)
        return { use, assessment: assessUse({ ...use, reference }, facts, session.now()), problems }
      }),
  )
  return { uses, catalogue: catalogueDate }
}
