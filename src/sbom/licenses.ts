import parseExpression from 'spdx-expression-parse'

/**
 * What packages state as their licence, read by the grammar of SPDX (https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions):
 * one identifier of the list, an expression of several, or words that are neither.
 */
export type StatedLicense =
  | { readonly kind: 'id'; readonly text: string }
  | { readonly kind: 'expression'; readonly text: string }
  | { readonly kind: 'name'; readonly text: string }

export function readLicense(text: string): StatedLicense {
  try {
    const parsed = parseExpression(text)
    const isId = 'license' in parsed && parsed.plus !== true && parsed.exception === undefined
    const isListed = isId && !/^(LicenseRef|DocumentRef)-/.test(parsed.license)
    return isListed ? { kind: 'id', text: parsed.license } : { kind: 'expression', text }
  } catch {
    // The parser throws plain errors for everything that is no expression.
    return { kind: 'name', text }
  }
}

/** All that is stated as one expression, as if all of it held; undefined when a part is none. */
export function joinLicenses(stated: readonly string[]): string | undefined {
  const read = stated.map(readLicense)
  if (read.length === 0 || read.some(({ kind, text }) => kind === 'name' || /(LicenseRef|DocumentRef)-/.test(text)))
    return undefined
  const [only] = read
  if (only !== undefined && read.length === 1) return only.text
  return read.map(({ kind, text }) => (kind === 'id' ? text : `(${text})`)).join(' AND ')
}
