/** A Dockerfile with its context, and what one rule has to say about it. */
export interface PitfallCase {
  readonly title: string
  readonly dockerfile: string
  /** Other files of the context by path: their text, or their size in bytes. */
  readonly files?: Readonly<Record<string, string | number>>
  /** What was built of it, as test/kit/image-of.ts reads it. */
  readonly image?: string
  /** How its start command has fared, as test/kit/run-of.ts reads it. */
  readonly run?: string
  /** Lines of the Dockerfile where the rule finds something, or `path:line` in another file; none: it says nothing. */
  readonly finds?: readonly (number | string)[]
  /** Part of the messages. */
  readonly says?: string
  /** Part of the hints. */
  readonly advises?: string
}
