import { openSource } from '../copy/open-source.ts'
import { parsePlace, type Place, referenceOf } from '../copy/place.ts'
import type { Session } from '../session.ts'

/**
 * The bytes of a manifest or an index: of a list of the store, else of the registry, as docker looks for them. Places that
 * `copy` takes can be named, too.
 */
export async function readManifest(
  session: Session,
  text: string,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const source = await openSource(session, parsePlace(text, cwd) ?? (await bareManifest(session, text)), signal)
  try {
    return await source.document(source.root)
  } finally {
    await source.close()
  }
}

async function bareManifest({ store }: Session, text: string): Promise<Place> {
  const isList = (await store.images.indexOf(text)) !== undefined
  return isList ? { kind: 'store', name: text } : { kind: 'registry', reference: referenceOf(text) }
}
