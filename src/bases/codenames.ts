import { products } from './catalogue/products.ts'

/** A name that stands for a release, and the place of the release among its kind. */
export interface Codename {
  readonly family: string
  readonly rank: number
}

const byName: ReadonlyMap<string, Codename> = new Map(
  products.flatMap(({ name: family, releases }) =>
    releases.flatMap(({ codename, name }) =>
      codename === undefined ? [] : [[codename, { family, rank: Number(name) }] as const],
    ),
  ),
)

/** Debian's, Ubuntu's and Node's names of releases; undefined for other words. */
export function codenameOf(word: string): Codename | undefined {
  return byName.get(word)
}

/** The name of a release: `bookworm` for Debian's 12, `noble` for Ubuntu's 24.04. */
export function codenameOfRelease(family: 'debian' | 'ubuntu', release: string): string | undefined {
  return products.find(({ name }) => name === family)?.releases.find(({ name }) => name === release)?.codename
}
