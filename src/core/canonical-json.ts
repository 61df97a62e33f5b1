/** Any JSON value; `undefined` members of objects are left out, as `JSON.stringify` does. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * JSON with object members sorted by UTF-16 code units and no white space, so that equal values have equal text.
 * Used for everything that is hashed. Throws nothing; numbers print as `JSON.stringify` prints them.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const record = value as { readonly [key: string]: Json | undefined }
    const members = Object.keys(record)
      .sort()
      .filter((key) => record[key] !== undefined)
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key] as Json)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}
