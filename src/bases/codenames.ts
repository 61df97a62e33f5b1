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
