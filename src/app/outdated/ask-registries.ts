import type { RegistryFacts } from '../../bases/index.ts'
import { createLimit, type Digest, SlipwayError } from '../../core/index.ts'
import { normalizedKey, type Reference, withDefaultTag } from '../../oci/index.ts'
import type { Session } from '../session.ts'

/** Facts about images of registries, each asked for once. */
export interface RegistryQuestions {
  /** The tags of its repository, and for a pinned reference what its tag stands for now. */
  facts(reference: Reference): Promise<RegistryFacts & { readonly problems: readonly string[] }>
  /** What a tag stands for now. Rejects as the registry does. */
  digest(reference: Reference): Promise<Digest>
}

/** Requests under way at the same time. */
const width = 8
/** A registry that has not answered in this time, retries included, is reported as silent. */
const patience = 30_000

/** Asks with HEAD requests and lists of tags; no manifest and no layer is downloaded. */
export function askRegistries({ registry }: Pick<Session, 'registry'>, signal: AbortSignal): RegistryQuestions {
  const limit = createLimit(width)
  const silent = new Map<string, SlipwayError>()
  /** A registry that cannot be reached is not waited for again with each of its images. */
  const patiently = async <T>(
    ask: (reference: Reference, patient: AbortSignal) => Promise<T>,
    of: Reference,
  ): Promise<T> => {
    const known = silent.get(of.registry)
    if (known !== undefined) throw known
    try {
      return await inTime(signal, (patient) => ask(of, patient))
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'registry-unreachable') silent.set(of.registry, error)
      throw error
    }
  }
  const once = <T>(ask: (reference: Reference, patient: AbortSignal) => Promise<T>) => {
    const asked = new Map<string, Promise<T>>()
    return (key: string, reference: Reference): Promise<T> => {
      const known = asked.get(key) ?? limit(() => patiently(ask, reference))
      asked.set(key, known)
      return known
    }
  }
  const tagsOf = once((reference, patient) => registry.tags(reference, { signal: patient }))
  const digestOf = once(async (reference, patient) => (await registry.head(reference, patient)).digest)
  const digest = (reference: Reference): Promise<Digest> => {
    const { digest: _pinned, ...rest } = reference
    const tagged = withDefaultTag(rest)
    return digestOf(normalizedKey(tagged), tagged)
  }
  return {
    digest,
    async facts(reference) {
      const { tag: _tag, digest: pinned, ...repository } = reference
      const [tags, moved] = await Promise.allSettled([
        reference.tag === undefined ? [] : tagsOf(`${repository.registry}/${repository.repository}`, repository),
        pinned === undefined || reference.tag === undefined ? undefined : digest(reference),
      ])
      const failed = [tags, moved].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      const stop = failed.find((error) => !(error instanceof SlipwayError) || signal.aborted)
      if (stop !== undefined) throw stop
      return {
        ...(tags.status === 'fulfilled' ? { tags: tags.value } : {}),
        ...(moved.status === 'fulfilled' && moved.value !== undefined ? { digest: moved.value } : {}),
        problems: [...new Set(failed.map((error) => (error as SlipwayError).message))],
      }
    },
  }
}

async function inTime<T>(signal: AbortSignal, ask: (patient: AbortSignal) => Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(patience)
  try {
    return await ask(AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error
    throw new SlipwayError('registry-unreachable', `no answer in ${patience / 1000} seconds`, { cause: error })
  }
}
