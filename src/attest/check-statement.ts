import { type Digest, hexOf } from '../core/index.ts'
import type { Descriptor } from '../oci/index.ts'
import { decodeStatement, predicateTypes, type Statement } from './statement.ts'

export type StatementCheck =
  | { readonly ok: true; readonly statement: Statement; readonly says: string }
  | { readonly ok: false; readonly says: string }

type Predicate = Statement['predicate']

const kinds: Readonly<
  Record<string, { readonly name: string; readonly problem: (value: Predicate) => string | undefined }>
> = {
  [predicateTypes.provenance]: { name: 'SLSA provenance v1', problem: provenanceProblem },
  'https://slsa.dev/provenance/v0.2': { name: 'SLSA provenance v0.2', problem: oldProvenanceProblem },
  [predicateTypes.sbom]: { name: 'SPDX document', problem: spdxProblem },
}

/** Whether a blob is a statement of the type that its descriptor says, about this manifest, with the members of its kind. */
export function checkStatement(bytes: Uint8Array, { annotations }: Descriptor, manifest: Digest): StatementCheck {
  const statement = decodeStatement(bytes)
  if ('error' in statement) return { ok: false, says: `is not an in-toto statement: ${statement.error}` }
  const { predicateType, predicate, subject } = statement
  const announced = annotations?.['in-toto.io/predicate-type']
  if (announced !== undefined && announced !== predicateType)
    return { ok: false, says: `says ${predicateType}, its descriptor ${announced}` }
  const digests = subject.map(({ digest }) => digest['sha256'])
  if (!digests.includes(hexOf(manifest))) {
    return { ok: false, says: `is about ${digests.map((hex) => `sha256:${hex}`).join(', ')} and not about ${manifest}` }
  }
  const kind = kinds[predicateType]
  if (kind === undefined) return { ok: true, statement, says: `${predicateType}, a claim that is not known here` }
  const problem = kind.problem(predicate)
  if (problem !== undefined) return { ok: false, says: `is no ${kind.name}: ${problem}` }
  return { ok: true, statement, says: `${kind.name}${details(statement)}` }
}

function details({ predicateType, predicate }: Statement): string {
  if (predicateType === predicateTypes.sbom) {
    const packages = predicate['packages']
    if (!Array.isArray(packages)) return ''
    // One is the image itself, and the system in it may be another.
    const systems = packages.filter(
      (one) => (one as Predicate | null)?.['primaryPackagePurpose'] === 'OPERATING_SYSTEM',
    )
    return `, ${Math.max(packages.length - 1 - systems.length, 0)} packages`
  }
  const id = member(member(predicate, 'runDetails'), 'builder')?.['id']
  return typeof id === 'string' && id !== '' ? ` by ${id}` : ''
}

/** https://slsa.dev/spec/v1.1/provenance */
function provenanceProblem(predicate: Predicate): string | undefined {
  const definition = member(predicate, 'buildDefinition')
  if (definition === undefined) return 'it has no buildDefinition'
  if (typeof definition['buildType'] !== 'string') return 'its buildDefinition has no buildType'
  if (member(definition, 'externalParameters') === undefined) return 'its buildDefinition has no externalParameters'
  const run = member(predicate, 'runDetails')
  if (run === undefined) return 'it has no runDetails'
  return member(run, 'builder') === undefined ? 'its runDetails have no builder' : undefined
}

function oldProvenanceProblem(predicate: Predicate): string | undefined {
  return typeof predicate['buildType'] === 'string' ? undefined : 'it has no buildType'
}

/** https://spdx.github.io/spdx-spec/v2.3/document-creation-information */
function spdxProblem(predicate: Predicate): string | undefined {
  const version = predicate['spdxVersion']
  if (typeof version !== 'string' || !/^SPDX-2\.\d+$/.test(version)) return 'it has no spdxVersion SPDX-2.x'
  const missing = ['SPDXID', 'dataLicense', 'documentNamespace', 'name'].find(
    (key) => typeof predicate[key] !== 'string',
  )
  if (missing !== undefined) return `it has no ${missing}`
  return member(predicate, 'creationInfo') === undefined ? 'it has no creationInfo' : undefined
}

function member(value: Predicate | undefined, key: string): Predicate | undefined {
  const found = value?.[key]
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Predicate) : undefined
}
