import { type Digest, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatPlatform, type Index, type Platform } from '../../oci/index.ts'
import { barePlace } from '../copy/copy-image.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace } from '../copy/place.ts'
import type { Session } from '../session.ts'
import { readList, writeList } from './stored-list.ts'

export interface AnnotateRequest {
  readonly name: string
  /** An entry: its digest, the start of that, or the name of the image; absent: the list itself. */
  readonly entry?: string
  readonly platform: Partial<Platform>
  readonly annotations: Readonly<Record<string, string>>
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Says more, or something else, about an entry of a list of the store. Gives the new digest of the list. */
export async function annotateList(session: Session, request: AnnotateRequest): Promise<Digest> {
  const { name, entry, annotations, platform } = request
  const { index } = await readList(session, name)
  const ids = (await session.store.images.resolveAll(name)).map((image) => image.id)
  if (entry === undefined) {
    if (Object.keys(platform).length > 0)
      throw new SlipwayError('usage', 'a platform belongs to an entry: name its image or its digest')
    return writeList(session, name, { ...index, ids, annotations: { ...index.annotations, ...annotations } })
  }
  const chosen = await findEntry(session, index, { ...request, entry })
  const changed = changedEntry(chosen, request)
  const manifests = index.manifests.map((one) => (one.digest === chosen.digest ? changed : one))
  return writeList(session, name, { ...index, manifests, ids })
}

function changedEntry(entry: Descriptor, { platform, annotations }: AnnotateRequest): Descriptor {
  const isNamed = Object.keys(platform).length > 0
  const all = { ...entry.annotations, ...annotations }
  const { os = 'linux', architecture = 'amd64' } = entry.platform ?? {}
  return {
    ...entry,
    ...(isNamed ? { platform: { os, architecture, ...entry.platform, ...platform } } : {}),
    ...(Object.keys(all).length === 0 ? {} : { annotations: all }),
  }
}

async function findEntry(
  session: Session,
  { manifests }: Index,
  { name, entry, cwd, signal }: AnnotateRequest & { readonly entry: string },
): Promise<Descriptor> {
  const hex = entry.replace(/^sha256:/, '')
  const byDigest = /^[0-9a-f]{6,64}$/.test(hex)
    ? manifests.filter(({ digest }) => digest.startsWith(`sha256:${hex}`))
    : []
  const [first] = byDigest
  if (first !== undefined && byDigest.length === 1) return first
  const digest = await digestOf(session, entry, { cwd, signal })
  const found = manifests.find((one) => one.digest === digest)
  if (found !== undefined) return found
  throw new SlipwayError('image-not-found', `${name} has no entry ${entry}`, {
    notes: manifests.map((one) =>
      `${one.digest} ${one.platform === undefined ? '' : formatPlatform(one.platform)}`.trim(),
    ),
  })
}

async function digestOf(
  session: Session,
  text: string,
  { cwd, signal }: Pick<AnnotateRequest, 'cwd' | 'signal'>,
): Promise<Digest | undefined> {
  if (/^(sha256:)?[0-9a-f]{6,64}$/.test(text)) return undefined
  const place = parsePlace(text, cwd) ?? (await barePlace(session, text))
  const source = await openSource(session, place, signal)
  await source.close()
  return source.root.digest
}
