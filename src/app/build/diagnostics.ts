import { type Diagnostic, type ErrorCode, errorCodes, type Location, SlipwayError } from '../../core/index.ts'

/** Throws the first error among diagnostics, with its place, its related places and the number of the others. */
export function throwFirstError(diagnostics: readonly Diagnostic[]): void {
  const error = firstError(diagnostics)
  if (error !== undefined) throw error
}

/** The error that `throwFirstError` throws; undefined without one. */
export function firstError(diagnostics: readonly Diagnostic[]): SlipwayError | undefined {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  const [first] = errors
  if (first === undefined) return undefined
  const more = errors.slice(1).map((other) => other.message)
  return new SlipwayError(isErrorCode(first.code) ? first.code : 'dockerfile-syntax', first.message, {
    at: [first.at, ...first.related.map((note): Location => note.at)],
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    notes: more.length === 0 ? [] : [`and ${more.length} more: ${more.join('; ')}`],
  })
}

/** The warnings among diagnostics. Those of several platforms are often the same: each is there once. */
export function warningsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  return [...new Map(warnings.map((one) => [`${one.at.span.start} ${one.message}`, one])).values()]
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}
