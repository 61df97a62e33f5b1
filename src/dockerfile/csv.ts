export type CsvFields = { readonly fields: readonly string[] } | { readonly error: string }

/** The fields of one line of comma separated values (RFC 4180): `"` quotes a field, `""` is a quote in it. */
export function csvFields(line: string): CsvFields {
  if (line === '') return { error: 'the value is empty' }
  const fields: string[] = []
  let at = 0
  for (;;) {
    const field = line.charAt(at) === '"' ? quotedField(line, at) : plainField(line, at)
    if ('error' in field) return field
    fields.push(field.value)
    if (field.end >= line.length) return { fields }
    at = field.end + 1
  }
}

type Field = { readonly value: string; readonly end: number } | { readonly error: string }

function plainField(line: string, start: number): Field {
  const comma = line.indexOf(',', start)
  const end = comma < 0 ? line.length : comma
  const value = line.slice(start, end)
  const quote = value.indexOf('"')
  return quote < 0 ? { value, end } : { error: `bare " in a field that is not quoted, at column ${start + quote + 1}` }
}

function quotedField(line: string, start: number): Field {
  let value = ''
  let at = start + 1
  for (;;) {
    const quote = line.indexOf('"', at)
    if (quote < 0) return { error: `a " is not closed, at column ${start + 1}` }
    value += line.slice(at, quote)
    const next = line.charAt(quote + 1)
    if (next === '' || next === ',') return { value, end: quote + 1 }
    if (next !== '"') return { error: `text behind a closing ", at column ${quote + 2}` }
    value += '"'
    at = quote + 2
  }
}
