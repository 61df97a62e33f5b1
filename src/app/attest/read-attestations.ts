import { decodeStatement, type Statement, statementMediaType } from '../../attest/index.ts'
import { type Digest, hexOf, SlipwayError } from '../../core/index.ts'
import { decodeImageConfig, formatPlatform, type Platform, platformOfConfig } from '../../oci/index.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import type { CopySource } from '../copy/copy-source.ts'
import { type ImageTree, readTree } from '../copy/image-tree.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace } from '../copy/place.ts'
import { wholeBlob } from '../copy/whole-blob.ts'
import type { Session } from '../session.ts'

/** A statement about one image of a name. */
export interface FoundAttestation extends Pick<Statement, 'predicateType' | 'predicate'> {
  readonly platform: string
  /** Of the statement. */
  readonly digest: Digest
  readonly size: number
}

/** The statements that an image has, wherever it is. Rejects as `copy` does, and with `bad-archive` for a text that is none. */
export async function readAttestations(
  session: Session,
  text: string,
  { platform, cwd, signal }: { readonly platform?: Platform; readonly cwd: string; readonly signal: AbortSignal },
): Promise<readonly FoundAttestation[]> {
  const place = parsePlace(text, cwd) ?? (await barePlace(session, text))
  const source = await openSource(session, place, signal)
  try {
    const platforms = platform === undefined ? {} : { platforms: [platform] }
    const tree = await readTree(source, { what: placeName(place), attested: true, ...platforms })
    return await statementsIn(source, tree)
  } finally {
    await source.close()
  }
}

async function statementsIn(source: CopySource, tree: ImageTree): Promise<readonly FoundAttestation[]> {
  const platforms = new Map<string, string>()
  for (const { descriptor, value } of tree.manifests.filter(({ isImage }) => isImage)) {
    const config = decodeImageConfig(await wholeBlob(source, value.config), source.from)
    platforms.set(hexOf(descriptor.digest), formatPlatform(platformOfConfig(config)))
  }
  const found: FoundAttestation[] = []
  for (const { value } of [...tree.manifests, ...tree.attestations]) {
    for (const layer of value.layers.filter(({ mediaType }) => mediaType === statementMediaType)) {
      const statement = decodeStatement(await wholeBlob(source, layer))
      if ('error' in statement)
        throw new SlipwayError('bad-archive', `${layer.digest} is not an in-toto statement: ${statement.error}`, {
          hint: '`slipway verify` says more',
        })
      const subject = statement.subject.find(({ digest }) => platforms.has(digest['sha256'] ?? ''))
      const platform = platforms.get(subject?.digest['sha256'] ?? '')
      const { predicateType, predicate } = statement
      const { digest, size } = layer
      if (platform !== undefined) found.push({ platform, predicateType, predicate, digest, size })
    }
  }
  return found
}
