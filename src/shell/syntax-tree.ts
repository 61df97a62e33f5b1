import type { Span } from '../core/index.ts'

/** A piece of a word. Offsets are those of the text that was read. */
export type WordPiece =
  /** Characters that stand for themselves. */
  | { readonly kind: 'text'; readonly at: Span; readonly value: string; readonly quoted: boolean }
  | {
      readonly kind: 'variable'
      readonly at: Span
      readonly name: string
      readonly quoted: boolean
      /** `${NAME<operator>operand}`. */
      readonly operation?: { readonly operator: string; readonly operand?: WordNode; readonly replacement?: WordNode }
    }
  /** `$(…)`, backticks, `<(…)`. */
  | { readonly kind: 'substitution'; readonly at: Span; readonly quoted: boolean; readonly body: SyntaxNode }
  /** `{a,b}` and `{1..3}`, as written. */
  | { readonly kind: 'braces'; readonly at: Span; readonly text: string }
  /** What nobody can tell before it runs; `names` are the variables in it. */
  | { readonly kind: 'unknown'; readonly at: Span; readonly names: readonly string[] }

export interface WordNode {
  readonly at: Span
  readonly pieces: readonly WordPiece[]
}

export interface AssignmentNode {
  readonly at: Span
  readonly name: string
  /** Absent for arrays, elements of arrays and `+=`. */
  readonly value?: WordNode
  /** Words of an array: there may be commands in them. */
  readonly others: readonly WordNode[]
}

export interface RedirectNode {
  readonly at: Span
  readonly operator: string
  readonly target: WordNode
  /** The body of a heredoc. `literal`: its delimiter was quoted. */
  readonly body?: { readonly word: WordNode; readonly literal: boolean }
}

/** A word of a command, or an assignment behind its program (`export A=1`). */
export type ArgumentNode =
  | { readonly kind: 'word'; readonly word: WordNode }
  | { readonly kind: 'assignment'; readonly assignment: AssignmentNode; readonly word: WordNode }

export interface CommandSyntax {
  readonly kind: 'command'
  readonly at: Span
  readonly assignments: readonly AssignmentNode[]
  /** The program first. */
  readonly words: readonly ArgumentNode[]
  readonly redirects: readonly RedirectNode[]
}

/** What a shell text means, as far as commands and their order are concerned. */
export type SyntaxNode =
  | CommandSyntax
  | {
      readonly kind: 'pipeline'
      readonly nodes: readonly SyntaxNode[]
      readonly negated: boolean
      readonly timed: boolean
    }
  | { readonly kind: 'chain'; readonly nodes: readonly SyntaxNode[]; readonly operators: readonly ('&&' | '||')[] }
  | { readonly kind: 'sequence'; readonly nodes: readonly SyntaxNode[] }
  /** `isolated`: what it changes about variables and the directory ends with it. */
  | { readonly kind: 'group'; readonly body: SyntaxNode; readonly isolated: boolean }
  | {
      readonly kind: 'redirected'
      readonly at: Span
      readonly node: SyntaxNode
      readonly redirects: readonly RedirectNode[]
    }
  /** `first` runs in any case, of the alternatives at most one. */
  | {
      readonly kind: 'branch'
      readonly words: readonly WordNode[]
      readonly first?: SyntaxNode
      readonly alternatives: readonly SyntaxNode[]
    }
  | {
      readonly kind: 'loop'
      readonly variable?: string
      readonly words: readonly WordNode[]
      readonly test?: SyntaxNode
      readonly body: SyntaxNode
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: SyntaxNode }
  /** `[[ … ]]`, `(( … ))`. */
  | {
      readonly kind: 'test'
      readonly words: readonly WordNode[]
      readonly names: readonly { readonly name: string; readonly at: Span }[]
    }

/** A text that was read. */
export interface SyntaxTree {
  readonly root: SyntaxNode
  /** There are errors in it; the tree holds what could be understood. */
  readonly broken: boolean
}
