import { type ErrorCode, SlipwayError } from './errors.ts'
import type { Location } from './source.ts'

/** A SlipwayError as plain data, to cross a process border. The cause is reduced to its message. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly at: readonly Location[]
  readonly hint?: string
  readonly notes: readonly string[]
  readonly wanted?: readonly string[]
  readonly retryable: boolean
  readonly stack?: string
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof SlipwayError) {
    return {
      code: error.code,
      message: error.message,
      at: error.at,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      notes: error.notes,
      ...(error.wanted.length === 0 ? {} : { wanted: error.wanted }),
      retryable: error.retryable,
    }
  }
  const known = systemErrorCode(error)
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}
  return { code: known ?? 'internal', message, at: [], notes: [], retryable: false, ...stack }
}

export function fromPlainError(plain: PlainError): SlipwayError {
  const error = new SlipwayError(plain.code, plain.message, plain)
  if (plain.stack !== undefined) error.stack = plain.stack
  return error
}

/** The code for an errno that is the machine's fault whatever the operation was; undefined for all others. */
function systemErrorCode(error: unknown): ErrorCode | undefined {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'no-space'
  if (code === 'EROFS') return 'store-unusable'
  return undefined
}
