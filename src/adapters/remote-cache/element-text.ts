/** The text of the first element of this name in a small XML document without attributes. */
export function elementText(document: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(document)?.[1]
  return text?.replace(/&(quot|apos|lt|gt|amp|#34);/g, (_, entity: string) => entities[entity] ?? '')
}

const entities: Readonly<Record<string, string>> = { quot: '"', '#34': '"', apos: "'", lt: '<', gt: '>', amp: '&' }
