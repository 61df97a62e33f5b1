/** One paragraph of a control file: field names in lower case, values with continuation lines joined by `\n`. */
export type Stanza = ReadonlyMap<string, string>

/**
 * The paragraphs of a text in the format of deb822(5). Comment lines are skipped; a line that is neither a field, a
 * continuation nor empty ends the value before it and is ignored, as apt does.
 */
export function parseStanzas(text: string): readonly Stanza[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map(parseStanza)
    .filter((stanza) => stanza.size > 0)
}

/** The fields of a single paragraph. */
export function parseStanza(text: string): Stanza {
  const fields = new Map<string, string>()
  let name: string | undefined
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== undefined) fields.set(name, `${fields.get(name) ?? ''}\n${line.slice(1)}`)
      continue
    }
    const colon = line.indexOf(':')
    name = colon > 0 ? line.slice(0, colon).toLowerCase() : undefined
    if (name !== undefined) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}
