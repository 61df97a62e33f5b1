import type { Location, Span } from './source.ts'

export type Severity = 'error' | 'warning' | 'info'

/** Something to say about a place in a source: a syntax error, the source note of a build error, a finding of a rule. */
export interface Diagnostic {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly at: Location
  readonly related: readonly RelatedNote[]
  readonly hint?: string
  /** The whole instruction, where `at` is a word of it. */
  readonly whole?: Location
  /** For a finding: what its rule is about, and a page on it. */
  readonly rule?: { readonly description: string; readonly url?: string }
}

export interface RelatedNote {
  readonly note: string
  readonly at: Location
}

/** Replaces the text of `span` by `text`; spans refer to the unedited source. */
export interface Edit {
  readonly span: Span
  readonly text: string
}

/** What a rebuild must show before a fix may be called proven. */
export type Claim = 'same-files' | 'same-config' | 'smaller' | 'fewer-cache-misses' | 'secret-absent'

export interface Fix {
  readonly title: string
  readonly edits: readonly Edit[]
  readonly claims: readonly Claim[]
  /** `proof`: whether it is right, a rebuild must show. `safe`, also when absent: what runs stays the same in any case. */
  readonly safety?: 'safe' | 'proof'
  /** Other files of the project that it writes whole, by their path from the root of the project. */
  readonly files?: readonly { readonly path: string; readonly text: string }[]
}

export interface Finding extends Diagnostic {
  readonly whole: Location
  readonly evidence: Readonly<Record<string, string | number>>
  readonly fixes: readonly Fix[]
}
