import { compileIgnore } from '../ignore/index.ts'
import type { IgnoreFacts } from './facts.ts'

/** The patterns of an ignore file as rules see them; undefined when there are none. */
export function ignoreFacts(patterns: readonly string[]): IgnoreFacts | undefined {
  if (patterns.length === 0) return undefined
  return {
    ignored: compileIgnore(patterns).ignored,
    hasExceptions: patterns.some((pattern) => pattern.startsWith('!')),
    ignoresAll: patterns.some((pattern) => ['*', '**', '**/*'].includes(pattern)),
  }
}
