/** What a build needs to describe itself, and the description. */
export {
  type ConfigSource,
  type Dependency,
  type ProvenanceFacts,
  type ProvenanceOptions,
  provenancePredicate,
} from './provenance.ts'
/** The vertices that one image needs of a plan. */
export { stepOrder } from './build-steps.ts'
/** Statements as artifacts beside an image. */
export { assembleReferrer, attestationTypes, type EncodedStatement, indexEntry, type Referrer } from './referrer.ts'
/** Claims about artifacts, written and read. */
export {
  decodeStatement,
  encodeStatement,
  imageUrl,
  manifestSubjects,
  type Predicate,
  predicateTypes,
  type Statement,
  statementMediaType,
  type Subject,
} from './statement.ts'
/** Statements looked at, and what came of looking at an image. */
export { checkStatement, type StatementCheck } from './check-statement.ts'
export { type Check, isReproduced, isSound, type Verification } from './verification.ts'
