export interface Challenge {
  /** Lower-case: `bearer`, `basic`. */
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The challenges of a WWW-Authenticate header (RFC 9110, 11.6.1). Several may stand in one header, separated by the same
 * commas that separate their parameters. What cannot be read is left out.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  const token = /\s*,?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y
  for (let match = token.exec(header); match !== null; match = token.exec(header)) {
    const [, word = '', quoted, bare] = match
    if (quoted === undefined && bare === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: {} })
    else setParameter(challenges.at(-1), word.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  }
  return challenges
}

function setParameter(
  challenge: { parameters: Record<string, string> } | undefined,
  name: string,
  value: string,
): void {
  if (challenge !== undefined) challenge.parameters[name] = value
}
