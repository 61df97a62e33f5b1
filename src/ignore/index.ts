/** Patterns to a matcher. */
export { compileIgnore, type IgnoreMatcher } from './matcher.ts'
/** The text of an ignore file to patterns. */
export { type IgnoreFile, parseIgnore } from './parse.ts'
/** One pattern, or what is wrong with it. */
export { compilePattern, type Pattern, type PatternResult } from './pattern.ts'
