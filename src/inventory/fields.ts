/** Paragraphs of `Name: value` lines, as dpkg and RFC 822 write them; names in lower case, the first of equal names counts. */
export function readParagraphs(text: string): readonly ReadonlyMap<string, string>[] {
  return text
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map(readFields)
    .filter((fields) => fields.size > 0)
}

/** The fields up to the first empty line; continued lines are left out, since no field that is read here has them. */
export function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') {
      if (fields.size > 0) break
      continue
    }
    const colon = line.indexOf(':')
    if (colon <= 0 || line.startsWith(' ') || line.startsWith('\t')) continue
    const name = line.slice(0, colon).toLowerCase()
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}
