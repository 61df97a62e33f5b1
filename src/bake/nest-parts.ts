import { type Cursor, fault, locate } from './cursor.ts'
import type { FlatPart, TemplatePart } from './syntax.ts'

/** Puts what stands between `%{if}` and `%{endif}`, `%{for}` and `%{endfor}` into it. Throws for ends without a beginning. */
export function nestParts(parts: readonly FlatPart[], cursor: Cursor): readonly TemplatePart[] {
  const rest = [...parts].reverse()
  const nested = untilEnd(rest, cursor, [])
  const extra = rest.pop()
  if (extra !== undefined && 'at' in extra) throw fault(`${extra.kind} without its beginning`, extra.at)
  return nested
}

/** Takes parts up to one of the kinds, which stays; to the end of the template when no kind is asked for. */
function untilEnd(rest: FlatPart[], cursor: Cursor, ends: readonly string[]): readonly TemplatePart[] {
  const nested: TemplatePart[] = []
  for (;;) {
    const part = rest.at(-1)
    if (part === undefined) {
      if (ends.length > 0) throw fault(`${ends.at(-1)} is missing`, locate(cursor, cursor.at))
      return nested
    }
    if (part.kind === 'text' || part.kind === 'value') {
      nested.push(part)
      rest.pop()
    } else if (part.kind === 'if') {
      rest.pop()
      const yes = untilEnd(rest, cursor, ['else', 'endif'])
      const no = rest.pop()?.kind === 'else' ? untilEnd(rest, cursor, ['endif']) : undefined
      if (no !== undefined) rest.pop()
      nested.push({ kind: 'if', condition: part.condition, yes, no: no ?? [] })
    } else if (part.kind === 'for') {
      rest.pop()
      const inner = untilEnd(rest, cursor, ['endfor'])
      rest.pop()
      nested.push({ ...part, kind: 'loop', parts: inner })
    } else {
      if (ends.length === 0 || ends.includes(part.kind)) return nested
      throw fault(`${part.kind} where ${ends.join(' or ')} is expected`, part.at)
    }
  }
}
