/** The fields of one CSV line (RFC 4180): quotes hold commas, two quotes are one. Undefined when a quote stays open. */
export function parseCsv(line: string): readonly string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    const quoted = line[at] === '"'
    const match = pattern(quoted, at).exec(line)
    if (match === null) return undefined
    fields.push(quoted ? (match[1] ?? '').replaceAll('""', '"') : match[0])
    at += match[0].length
    if (at >= line.length) return fields
    at += 1
  }
}

function pattern(quoted: boolean, at: number): RegExp {
  const expression = quoted ? /"((?:[^"]|"")*)"(?=,|$)/y : /[^,]*/y
  expression.lastIndex = at
  return expression
}
