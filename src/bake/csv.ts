import { refuse } from './value.ts'

/** The fields of one line of CSV; quotation marks hold commas, and are doubled inside. */
export function parseCsv(text: string, comma = ','): readonly string[] {
  if (text === '') return []
  const fields: string[] = []
  let at = 0
  for (;;) {
    const { field, end } = text[at] === '"' ? quoted(text, at) : plain(text, at, comma)
    fields.push(field)
    if (end >= text.length) return fields
    if (text[end] !== comma) throw refuse(`${JSON.stringify(text)} is no CSV: something follows the quotation mark`)
    at = end + 1
  }
}

function plain(text: string, at: number, comma: string): { readonly field: string; readonly end: number } {
  const found = text.indexOf(comma, at)
  const end = found < 0 ? text.length : found
  const field = text.slice(at, end)
  if (field.includes('"')) throw refuse(`${JSON.stringify(text)} is no CSV: a quotation mark within a field`)
  return { field, end }
}

function quoted(text: string, at: number): { readonly field: string; readonly end: number } {
  const found = /^"((?:[^"]|"")*)"/.exec(text.slice(at))
  if (found === null) throw refuse(`${JSON.stringify(text)} is no CSV: a quotation mark is missing`)
  return { field: (found[1] ?? '').replaceAll('""', '"'), end: at + found[0].length }
}
