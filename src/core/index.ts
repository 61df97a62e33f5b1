export { canonicalJson, type Json } from './canonical-json.ts'
export type { Claim, Diagnostic, Edit, Finding, Fix, RelatedNote, Severity } from './diagnostic.ts'
export { type Digest, digestFromHex, digestOf, hexOf, parseDigest } from './digest.ts'
export {
  type Blame,
  type ErrorCode,
  type ErrorDetails,
  errorCodes,
  exitCodeOf,
  SlipwayError,
  unreachable,
} from './errors.ts'
export { downloadName, type GitParse, type GitSource, isHttpUrl, parseGitContext, parseGitUrl } from './git-url.ts'
export type { BuildEvent, CacheUse, Emit, FileAmount, Outcome } from './events.ts'
export { createLimit } from './limit.ts'
export { once } from './once.ts'
export { fsPath, pathFromBytes, pathToBytes } from './path-bytes.ts'
export { fromPlainError, type PlainError, toPlainError } from './plain-error.ts'
export { mayHoldSecret } from './secret-name.ts'
export { formatLocation, type Location, type Position, positionAt, type Source, type Span } from './source.ts'
export { didYouMean, nearest } from './suggest.ts'
