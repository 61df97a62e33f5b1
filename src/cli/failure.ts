import { mkdtempSync, writeFileSync } from 'node:fs'
import { arch, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromPlainError, SlipwayError, toPlainError } from '../core/index.ts'
import { paletteFrom, plainPalette, renderError, wantsColor } from '../report/index.ts'
import { programVersion } from './program-version.ts'

export interface FailureContext {
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly argv: readonly string[]
}

/** Prints an error for people and returns it as a SlipwayError. Stacks appear for `internal` only, and with --debug. */
export function reportFailure(thrown: unknown, context: FailureContext): SlipwayError {
  const error = asSlipwayError(thrown)
  const debug = context.argv.includes('-D') || context.argv.includes('--debug') || context.env.SLIPWAY_DEBUG === '1'
  const more = error.code === 'internal' ? internalLines(error, context) : debug ? stackLines(error) : []
  printFailure(error, context)
  if (more.length > 0) context.stderr.write(`${more.join('\n')}\n`)
  return error
}

/** Prints an error for people. */
export function printFailure(error: SlipwayError, { stderr, env }: Pick<FailureContext, 'stderr' | 'env'>): void {
  const palette = wantsColor(stderr, env) ? paletteFrom(env.BUILDKIT_COLORS) : plainPalette
  stderr.write(`${renderError(error, { width: stderr.columns ?? 100, palette }).join('\n')}\n`)
}

/** Anything thrown; aborted waits of Node's own functions mean that the user stopped the work. */
function asSlipwayError(thrown: unknown): SlipwayError {
  if (thrown instanceof SlipwayError) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new SlipwayError('cancelled', 'stopped', { cause: thrown })
  return fromPlainError(toPlainError(thrown))
}

function internalLines(error: SlipwayError, context: FailureContext): string[] {
  const file = writeReport(error, context)
  const place =
    file === undefined
      ? stackLines(error)
      : [`  A report was written to ${file}; it holds no values of the command line.`]
  return ['  This is a mistake in Slipway, not in your files. Please report it.', ...place]
}

function writeReport(error: SlipwayError, context: FailureContext): string | undefined {
  // Only names of flags: their values may be secrets.
  const words = context.argv.map((word, at) =>
    word.startsWith('-') ? (word.split('=')[0] ?? '') : at === 0 ? word : '…',
  )
  const report = [
    `slipway ${programVersion}, node ${process.version}, ${process.platform} ${release()} ${arch()}`,
    `command: slipway ${words.join(' ')}`,
    `error: ${error.message}`,
    ...stackLines(error),
    '',
  ]
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'slipway-report-')), 'report.txt')
    writeFileSync(file, report.join('\n'), { mode: 0o600 })
    return file
  } catch {
    return undefined
  }
}

function stackLines(error: SlipwayError): string[] {
  const lines = (error.stack ?? '').split('\n')
  let cause = error.cause
  while (cause instanceof Error) {
    lines.push(...`caused by ${cause.stack ?? cause.message}`.split('\n'))
    cause = cause.cause
  }
  return lines
}
