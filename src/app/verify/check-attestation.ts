import { type Check, checkStatement, type Statement, statementMediaType } from '../../attest/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Descriptor, Manifest } from '../../oci/index.ts'
import { measureBlob } from './measure-blob.ts'
import { readChecked, reasonOf, type Reading } from './reading.ts'

/** A statement that is what it should be, and the image it is about. */
export interface FoundStatement {
  readonly subject: Digest
  readonly statement: Statement
  readonly bytes: Uint8Array
}

/** An attestation manifest with what leads to it. */
export interface Attestation {
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  /** What the index, or the list it was found in, says it is about. */
  readonly announced: Digest | undefined
}

/** Reads the statements of a manifest, and whether they are about an image that is there. */
export async function checkAttestation(
  reading: Reading,
  { descriptor, manifest, announced }: Attestation,
  places: ReadonlyMap<Digest, string>,
): Promise<readonly FoundStatement[]> {
  const subject = manifest.subject?.digest ?? announced
  const place = subject === undefined ? undefined : places.get(subject)
  const about = { what: 'attestation', place: place ?? 'image', digest: descriptor.digest } as const
  const problem = subjectProblem({ subject, announced, isThere: place !== undefined })
  if (problem !== undefined || subject === undefined || place === undefined) {
    reading.add({ ...about, ok: false, says: problem ?? 'has no subject', hint: 'attest the image again' })
    return []
  }
  await checkRest(reading, manifest, about)
  const found: FoundStatement[] = []
  for (const layer of manifest.layers.filter(({ mediaType }) => mediaType === statementMediaType)) {
    const statementAbout = { what: 'attestation', place } as const
    const bytes = await readChecked(reading, layer, { ...statementAbout, by: 'whole' })
    if (bytes === undefined) continue
    const { ok, says, ...checked } = checkStatement(bytes, layer, subject)
    reading.add({
      ...statementAbout,
      digest: layer.digest,
      ok,
      says,
      ...(ok ? {} : { hint: 'attest the image again' }),
    })
    if ('statement' in checked) found.push({ subject, statement: checked.statement, bytes })
  }
  return found
}

interface SubjectFacts {
  readonly subject: Digest | undefined
  readonly announced: Digest | undefined
  readonly isThere: boolean
}

function subjectProblem({ subject, announced, isThere }: SubjectFacts): string | undefined {
  if (subject === undefined) return 'does not say what it is about'
  if (announced !== undefined && announced !== subject) return `is about ${subject}, and listed as about ${announced}`
  return isThere ? undefined : `is about ${subject}, which is not here`
}

/** The configuration, and layers that are no statements. */
async function checkRest(
  reading: Reading,
  { config, layers }: Manifest,
  about: Pick<Check, 'what' | 'place'>,
): Promise<void> {
  for (const blob of [config, ...layers.filter(({ mediaType }) => mediaType !== statementMediaType)]) {
    const fail = (says: string): void =>
      reading.add({ ...about, digest: blob.digest, ok: false, says, hint: reading.remedy })
    try {
      const { digest, size } = await measureBlob(reading.open(blob))
      if (digest !== blob.digest) fail(`has the content ${digest}`)
      else if (size !== blob.size) fail(`has ${size} bytes, its descriptor says ${blob.size}`)
    } catch (error) {
      fail(reasonOf(error))
    }
  }
}
