import type { Diagnostic, Source, Span } from '../core/index.ts'

/**
 * A stretch of text as the instruction means it: continuations and the comment lines between them taken out.
 * `segments` map it back: logical offset `at` stands at source offset `source`, until the next segment begins.
 */
export interface LogicalText {
  readonly text: string
  /** From the first to the last source character that contributes, continuations in between included. */
  readonly span: Span
  readonly segments: readonly { readonly at: number; readonly source: number }[]
}

/** A word. `text` still holds quotes, escapes and variables; what it means depends on the instruction. */
export interface Word extends LogicalText {
  /** For an element of a JSON array: the string it stands for. Variables in it are not expanded yet. */
  readonly decoded?: string
}

/** `--name[=value]`. The words hold the text as written; `key` and `content` have lost their quotes and escapes. */
export interface Flag {
  readonly span: Span
  /** The name as written, without the dashes. */
  readonly name: Word
  readonly value?: Word
  readonly key: string
  /** Absent without `=`. Variables are not expanded yet. */
  readonly content?: string
}

/** `[fd]<<[-]WORD` and its body. */
export interface Heredoc {
  /** From the first line of the body to the end of the line that ends it. */
  readonly span: Span
  /** The `<<WORD` operator with the instruction. */
  readonly operator: Span
  readonly name: string
  readonly fd?: number
  /** The delimiter was not quoted: variables in the body are expanded (COPY and ADD only). */
  readonly expand: boolean
  /** `<<-`: leading tabs are stripped from `content`. */
  readonly chomp: boolean
  /** The body with its final newline, after tab stripping. Line breaks are as in the source. */
  readonly content: string
  /** The lines of the body, without the line that ends it. */
  readonly body: Span
}

export interface KeyValue {
  readonly span: Span
  readonly key: Word
  readonly value?: Word
}

/** A command in exec form (decoded JSON strings) or shell form (raw text). */
export type Command =
  | { readonly form: 'exec'; readonly span: Span; readonly args: readonly Word[]; readonly values: readonly string[] }
  | { readonly form: 'shell'; readonly span: Span; readonly script: LogicalText }

export interface Comment {
  readonly span: Span
  readonly text: string
  /** There are blanks before the `#`. BuildKit then takes the `#` for text, so it describes and steers nothing. */
  readonly indented?: true
}

interface InstructionBase {
  /** From the keyword to the last character of the instruction, heredoc bodies included. */
  readonly span: Span
  readonly keyword: Word
  /** Everything after keyword, as one logical text, flags included, heredoc bodies excluded. */
  readonly rest: LogicalText
  readonly flags: readonly Flag[]
  readonly heredocs: readonly Heredoc[]
  /**
   * Comment lines above, in order (the text after `#`, trimmed). An empty comment parts those above it from the
   * instruction; an empty line does not.
   */
  readonly comments: readonly Comment[]
}

export type Instruction = InstructionBase &
  (
    | {
        readonly kind: 'FROM'
        readonly image: Word
        /** The name of the stage. */
        readonly as?: Word
        /** The word AS itself; there whenever `as` is. */
        readonly asKeyword?: Word
      }
    | { readonly kind: 'ARG' | 'ENV' | 'LABEL'; readonly pairs: readonly KeyValue[]; readonly legacy: boolean }
    | { readonly kind: 'RUN'; readonly command: Command }
    | { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly command: Command }
    | { readonly kind: 'SHELL'; readonly command: Command }
    | { readonly kind: 'HEALTHCHECK'; readonly none: boolean; readonly command?: Command }
    | {
        readonly kind: 'COPY' | 'ADD'
        readonly json: boolean
        /** Path words; a heredoc source is a word whose span equals its `operator`. */
        readonly sources: readonly Word[]
        readonly destination: Word
      }
    | { readonly kind: 'EXPOSE' | 'VOLUME'; readonly json: boolean; readonly words: readonly Word[] }
    | { readonly kind: 'USER' | 'WORKDIR' | 'STOPSIGNAL' | 'MAINTAINER'; readonly word: Word }
    | {
        readonly kind: 'ONBUILD'
        readonly inner: Instruction /** The trigger verbatim, as stored in images. */
        readonly trigger: string
      }
    /** A keyword nobody knows, or an instruction too broken to read; a diagnostic says why. */
    | { readonly kind: 'UNKNOWN' }
  )

/** The upper case keyword of an instruction, or `UNKNOWN`. */
export type InstructionKind = Instruction['kind']

/** The comment lines at the top that steer the parser. */
export interface Directive {
  readonly span: Span
  /** Lower case: `syntax`, `escape` or `check`. */
  readonly name: string
  readonly value: string
  readonly valueSpan: Span
}

/** A parsed file. There is always one, whatever the text was; errors are diagnostics. */
export interface Dockerfile {
  readonly source: Source
  readonly directives: readonly Directive[]
  readonly escape: '\\' | '`'
  readonly instructions: readonly Instruction[]
  readonly diagnostics: readonly Diagnostic[]
}
