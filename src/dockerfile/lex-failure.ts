/** Why a text cannot be expanded, and what to write instead. */
export class LexFailure extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const quoteNames: Readonly<Record<string, string>> = { "'": 'single-quote', '"': 'double-quote' }

/** Every way in which expansion fails. The messages are those of BuildKit, the hints say what it leaves unsaid. */
export const lexFailures = {
  /** A quote, or the `/` or `}` behind a pattern. */
  unclosed: (stop: string, escape: string): LexFailure =>
    new LexFailure(
      `unexpected end of statement while looking for matching ${quoteNames[stop] ?? stop}`,
      `close it with ${stop}, or write ${escape}${stop} for the character itself`,
    ),
  noBrace: (escape: string): LexFailure =>
    new LexFailure(
      "syntax error: missing '}'",
      `close the reference with }; a } that is part of its text is written ${escape}}, a $ that begins none ${escape}$`,
    ),
  noName: (escape: string): LexFailure =>
    new LexFailure(
      'syntax error: bad substitution',
      `write the name of a variable behind \${, or ${escape}$ for a dollar sign`,
    ),
  noReplacement: (): LexFailure =>
    new LexFailure(
      "syntax error: missing '/' in ${}",
      'write ${name/pattern/replacement}, with nothing behind the last / to delete what matches',
    ),
  unknownModifier: (modifier: string): LexFailure =>
    new LexFailure(
      `unsupported modifier (${modifier}) in substitution`,
      'behind a name there can be :- - :+ + :? ? # ## % %% / or //; the rest of what shells know works in RUN only',
    ),
  missing: (name: string, reason: string): LexFailure =>
    new LexFailure(
      `${name}: ${reason}`,
      `give ${name} a value with ARG or ENV above this line; that of an ARG can come from --build-arg ${name}=…`,
    ),
  badPattern: (reason: string): LexFailure =>
    new LexFailure(reason, 'in a pattern, \\ can stand before * ? \\ / and } only'),
}
