import type { TextPlace } from './expansion.ts'
import { type Scope, variableValue } from './expansion.ts'
import type { WordNode, WordPiece } from './syntax-tree.ts'

/**
 * The script that a word holds for another shell (`sh -c '…'`). Variables stay as they are written and are read again there,
 * unless the word is nothing but a variable.
 */
export function innerText(word: WordNode, place: TextPlace, scope: Scope): TextPlace {
  const origins: number[] = []
  let text = ''
  const add = (value: string, origin: (index: number) => number) => {
    for (let index = 0; index < value.length; index += 1) origins.push(origin(index))
    text += value
  }
  for (const piece of word.pieces) {
    const raw = place.text.slice(piece.at.start, piece.at.end)
    const known = word.pieces.length === 1 && piece.kind === 'variable' ? valueOf(piece, scope) : undefined
    if (known !== undefined) add(known, () => piece.at.start)
    else if (piece.kind !== 'text') add(raw, (index) => piece.at.start + index)
    else {
      const offsets = aligned(raw, piece.value)
      add(piece.value, (index) => piece.at.start + (offsets[index] ?? 0))
    }
  }
  const end = word.at.end
  return { text, toSourceOffset: (offset) => place.toSourceOffset(origins[offset] ?? end) }
}

/** The script that an element of a JSON array holds. `raw`: the element as written, quotes included. */
export function innerTextOfString(value: string, raw: string, start: number): TextPlace {
  const offsets = aligned(raw, value)
  return { text: value, toSourceOffset: (offset) => start + (offsets[offset] ?? raw.length) }
}

function valueOf(piece: WordPiece & { kind: 'variable' }, scope: Scope): string | undefined {
  return piece.operation === undefined ? variableValue(piece.name, scope) : undefined
}

/** For each character of the value, the place in the written form that gave it: escapes and quotes are stepped over. */
function aligned(raw: string, value: string): readonly number[] {
  const offsets: number[] = []
  let at = 0
  for (let index = 0; index < value.length; index += 1) {
    const found = raw.indexOf(value[index] as string, at)
    // An escape that looks different from what it means (`\n`): nothing better is known than the place itself.
    const next = found >= 0 && found - at < 4 ? found : Math.min(at, Math.max(0, raw.length - 1))
    offsets.push(next)
    at = found >= 0 && found - at < 4 ? found + 1 : at + 1
  }
  return offsets
}
