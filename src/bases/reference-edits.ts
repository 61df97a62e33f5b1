import type { Digest, Edit } from '../core/index.ts'
import type { ImageUse } from './image-uses.ts'
import type { Piece } from './traced-text.ts'

/** What a reference is to say. */
export interface NewName {
  readonly tag: string
  /** The digest to pin it to; absent to leave a reference without one as it is. */
  readonly digest?: Digest
}

/** Edits of the source, or why there are none. */
export type ReferenceEdits = { readonly edits: readonly Edit[] } | { readonly refused: string }

/** `name:tag@digest` with the tag and digest of `next`. */
export function renamed({ text }: Pick<ImageUse, 'text'>, { tag, digest }: NewName): string {
  const { name, pinned } = partsOf(text)
  const pin = digest ?? pinned
  return `${name}:${tag}${pin === undefined ? '' : `@${pin}`}`
}

/**
 * What to replace in the source so that a use has another tag or digest: nothing but the characters that change, in the
 * default of an ARG where they come from there. Refused where they come from elsewhere.
 */
export function referenceEdits(use: Pick<ImageUse, 'text' | 'pieces'>, next: NewName): ReferenceEdits {
  const changes = changesOf(use.text, next)
  if (changes.length === 0) return { edits: [] }
  const { tagEnd } = partsOf(use.text)
  const edits: Edit[] = []
  for (const change of changes) {
    const inserts = change.start === change.end
    const found = inserts
      ? insertion(use.pieces, { ...change, tagStart: tagEnd - (partsOf(use.text).tag?.length ?? 0) })
      : replacement(use.pieces, change)
    if ('refused' in found) return found
    edits.push(found)
  }
  return { edits }
}

/** What the use says when the edits are made. */
export function textAfter({ pieces }: Pick<ImageUse, 'pieces'>, edits: readonly Edit[]): string {
  return pieces
    .map(({ text, span }) => {
      if (span === undefined) return text
      const inside = edits.filter((edit) => span.start <= edit.span.start && edit.span.end <= span.end)
      return inside
        .toSorted((a, b) => b.span.start - a.span.start)
        .reduce((made, edit) => {
          const from = edit.span.start - span.start
          return made.slice(0, from) + edit.text + made.slice(edit.span.end - span.start)
        }, text)
    })
    .join('')
}

interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Parts {
  readonly name: string
  readonly tag?: string
  readonly tagEnd: number
  readonly pinned?: string
}

function partsOf(text: string): Parts {
  const at = text.indexOf('@')
  const tagEnd = at < 0 ? text.length : at
  const colon = text.lastIndexOf(':', tagEnd - 1)
  const tagged = colon > text.lastIndexOf('/', tagEnd - 1)
  return {
    name: text.slice(0, tagged ? colon : tagEnd),
    tagEnd,
    ...(tagged ? { tag: text.slice(colon + 1, tagEnd) } : {}),
    ...(at < 0 ? {} : { pinned: text.slice(at + 1) }),
  }
}

function changesOf(text: string, { tag, digest }: NewName): readonly Change[] {
  const { tag: before, tagEnd, pinned } = partsOf(text)
  const pin = digest === undefined || digest === pinned ? '' : digest
  if (before === undefined) {
    const whole = `:${tag}${pin !== '' && pinned === undefined ? `@${pin}` : ''}`
    const change = { start: tagEnd, end: tagEnd, text: whole }
    return pinned === undefined || pin === '' ? [change] : [change, pinChange(text, tagEnd, pin)]
  }
  const words = changedWords(before, tag).map(({ start, end, text: word }) => {
    const from = tagEnd - before.length
    return { start: from + start, end: from + end, text: word }
  })
  if (pin === '') return words
  return [
    ...words,
    pinned === undefined ? { start: tagEnd, end: tagEnd, text: `@${pin}` } : pinChange(text, tagEnd, pin),
  ]
}

function pinChange(text: string, tagEnd: number, pin: string): Change {
  return { start: tagEnd + 1, end: text.length, text: pin }
}

/** Word by word where both tags have the same separators, so that each word can come from another ARG. */
function changedWords(before: string, after: string): readonly Change[] {
  if (before === after) return []
  const [old, made] = [wordsOf(before), wordsOf(after)]
  const alike = old.length === made.length && old.every(({ separator }, at) => separator === made[at]?.separator)
  if (!alike) return [{ start: 0, end: before.length, text: after }]
  return old.flatMap(({ start, word }, at) => {
    const text = made[at]?.word ?? ''
    return text === word ? [] : [{ start, end: start + word.length, text }]
  })
}

function wordsOf(
  tag: string,
): readonly { readonly start: number; readonly separator: string; readonly word: string }[] {
  return [...tag.matchAll(/([._+-]*)([^._+-]+|$)/g)]
    .filter(([whole]) => whole !== '')
    .map(({ index, 1: separator = '', 2: word = '' }) => ({ start: index + separator.length, separator, word }))
}

function replacement(pieces: readonly Piece[], { start, end, text }: Change): Edit | { readonly refused: string } {
  for (const { piece, from, to } of placed(pieces)) {
    if (to <= start || end <= from) continue
    if (piece.span === undefined) return { refused: piece.fixed ?? 'it is not written in the file' }
    if (start < from || to < end) return { refused: 'what changes is put together from several variables' }
    const at = piece.span.start + start - from
    return { span: { start: at, end: at + end - start }, text }
  }
  return { refused: 'it is not written in the file' }
}

/** At the end of the reference. A pin behind a tag that an ARG gives would win over that ARG, so it goes into its default. */
function insertion(
  pieces: readonly Piece[],
  { start, text, tagStart }: Change & { readonly tagStart: number },
): Edit | { readonly refused: string } {
  const all = placed(pieces)
  const last = all.findLast(({ from, to }) => from < start && start <= to)?.piece
  if (last?.span === undefined) return { refused: last?.fixed ?? 'it is not written in the file' }
  const foreign = all.find(({ piece, to }) => to > tagStart && piece.argument !== last.argument)?.piece
  if (foreign !== undefined) {
    const argument = foreign.argument ?? last.argument ?? ''
    return {
      refused: `the tag comes partly from ARG ${argument}; a digest behind it would win over --build-arg ${argument}`,
    }
  }
  const { end } = last.span
  return { span: { start: end, end }, text }
}

function placed(
  pieces: readonly Piece[],
): readonly { readonly piece: Piece; readonly from: number; readonly to: number }[] {
  let from = 0
  return pieces.map((piece) => {
    const to = from + piece.text.length
    const place = { piece, from, to }
    from = to
    return place
  })
}
