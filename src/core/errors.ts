import type { Location } from './source.ts'

/** Who has to act. Decides the exit code and how the error is printed. */
export type Blame = 'user' | 'build' | 'environment' | 'internal'

/**
 * Every error code a user can meet. One page per code in `docs/errors`. Kept as a closed list so that a test can
 * compare it with the pages in both directions.
 */
export const errorCodes = {
  usage: 'user',
  'config-invalid': 'user',
  'dockerfile-syntax': 'user',
  'dockerfile-missing': 'user',
  'check-failed': 'user',
  'unknown-stage': 'user',
  'circular-stages': 'user',
  'bad-ignore-pattern': 'user',
  'context-unreadable': 'user',
  'context-path-missing': 'user',
  'bad-reference': 'user',
  'bad-variable': 'user',
  'bad-option-value': 'user',
  'secret-missing': 'user',
  'ssh-missing': 'user',
  'image-not-found': 'user',
  'database-missing': 'user',
  'platform-unavailable': 'user',
  'entitlement-needed': 'user',
  unsupported: 'user',
  'bad-archive': 'user',
  'run-failed': 'build',
  'copy-failed': 'build',
  'checksum-mismatch': 'build',
  'not-reproducible': 'build',
  'budget-exceeded': 'build',
  'image-incomplete': 'build',
  'unknown-user': 'build',
  'registry-unreachable': 'environment',
  'registry-denied': 'environment',
  'registry-bad-answer': 'environment',
  'download-failed': 'environment',
  'cache-unavailable': 'environment',
  'git-failed': 'environment',
  'cannot-isolate': 'environment',
  'no-space': 'environment',
  'store-unusable': 'environment',
  'package-archive': 'environment',
  cancelled: 'environment',
  internal: 'internal',
} as const satisfies Record<string, Blame>

export type ErrorCode = keyof typeof errorCodes

export interface ErrorDetails {
  /** Places in sources that explain the error; the first one is the culprit. */
  readonly at?: readonly Location[]
  /** What to do about it, in words a user can act on. */
  readonly hint?: string
  /** Lines worth showing under the message: the tail of a log, the attempts that were made. */
  readonly notes?: readonly string[]
  /** Paths without leading slash of which one would have helped: another stage may have it. */
  readonly wanted?: readonly string[]
  readonly cause?: unknown
  readonly retryable?: boolean
}

/** The one error class of the product. Effects throw it; pure steps return diagnostics instead. */
export class SlipwayError extends Error {
  override readonly name = 'SlipwayError'
  readonly code: ErrorCode
  readonly at: readonly Location[]
  readonly hint: string | undefined
  readonly notes: readonly string[]
  readonly wanted: readonly string[]
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.code = code
    this.at = details.at ?? []
    this.hint = details.hint
    this.notes = details.notes ?? []
    this.wanted = details.wanted ?? []
    this.retryable = details.retryable ?? false
  }

  get blame(): Blame {
    return errorCodes[this.code]
  }

  /** The same error with places to show, unless it already has its own. */
  locatedAt(at: readonly Location[]): SlipwayError {
    if (this.at.length > 0 || at.length === 0) return this
    return new SlipwayError(this.code, this.message, {
      at,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      notes: this.notes,
      wanted: this.wanted,
      cause: this.cause,
      retryable: this.retryable,
    })
  }
}

/** What was looked at can be used, and is not as it was asked to be. */
const findings: ReadonlySet<ErrorCode> = new Set(['check-failed', 'not-reproducible', 'image-incomplete'])

/**
 * Process exit code: 1 when a check has found something, 2 user, 3 build, 4 environment, 70 internal, 130 cancelled (as
 * shells report SIGINT).
 */
export function exitCodeOf(error: SlipwayError): number {
  if (error.code === 'cancelled') return 130
  if (findings.has(error.code)) return 1
  switch (error.blame) {
    case 'user':
      return 2
    case 'build':
      return 3
    case 'environment':
      return 4
    case 'internal':
      return 70
  }
}

/** For the end of a switch over a closed union: the compiler rejects the call when a case is missing. */
export function unreachable(value: never): never {
  throw new SlipwayError('internal', `unexpected value ${JSON.stringify(value)}`)
}
