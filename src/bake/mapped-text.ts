import type { Location, Source } from '../core/index.ts'
import { evaluate, type Scope, textOf } from './evaluate.ts'
import type { Expression } from './syntax.ts'

/** A text that stands in another: for each of its code units, and for its end, the offset there. */
export interface MappedText {
  readonly source: Source
  readonly text: string
  readonly offsets: readonly number[]
  /** Where it is written: all that makes it. */
  readonly at: Location
}

/**
 * The text of an expression with the places of what stands in it as it is. What is put in stands where it is put in; of a
 * text that is computed otherwise all stands at its expression.
 */
export function mappedText(expression: Expression, scope: Scope): MappedText | undefined {
  const { source } = expression.at
  if (evaluate(expression, scope) === null) return undefined
  const text = textOf(expression, scope, 'a Dockerfile')
  const pieces = piecesOf(expression, scope)
  const offsets = [...pieces.flatMap((piece) => piece.offsets), expression.at.span.end]
  return { source, text, offsets, at: expression.at }
}

interface Piece {
  readonly offsets: readonly number[]
}

function piecesOf(expression: Expression, scope: Scope): readonly Piece[] {
  if (expression.kind === 'parentheses') return piecesOf(expression.inner, scope)
  const [only, second] = expression.kind === 'template' ? expression.parts : []
  if (expression.kind !== 'template' || (only?.kind === 'value' && second === undefined))
    return [computed(textOf(expression, scope, 'a Dockerfile'), expression.at)]
  return expression.parts.map((part): Piece => {
    if (part.kind === 'text') return { offsets: part.offsets.slice(0, part.text.length) }
    const { at } = part.kind === 'value' ? part.value : part.kind === 'if' ? part.condition : part
    return computed(textOf({ kind: 'template', parts: [part], at }, scope, 'a Dockerfile'), at)
  })
}

function computed(text: string, at: Location): Piece {
  return { offsets: Array.from({ length: text.length }, () => at.span.start) }
}
