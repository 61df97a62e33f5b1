import type { Diagnostic, ErrorCode, Location, RelatedNote } from '../core/index.ts'

interface ErrorParts {
  readonly message: string
  readonly at: Location
  readonly hint?: string | undefined
  readonly related?: readonly RelatedNote[]
}

/** An error of the Dockerfile, under the code that the finished error will have. */
export function errorDiagnostic(code: ErrorCode, parts: ErrorParts): Diagnostic {
  const { message, at, hint, related = [] } = parts
  return { code, severity: 'error', message, at, related, ...(hint === undefined ? {} : { hint }) }
}
