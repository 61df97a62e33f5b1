/** A line of releases that is supported as one. Days are `YYYY-MM-DD`. */
export interface Release {
  /** As tags name it: `3.12`, `20`, `22.04`. */
  readonly name: string
  /** As tags may name it, too. */
  readonly codename?: string
  /** The last day of support; absent while nobody has named one. */
  readonly end?: string
  /** The last day of the support that follows, for whom the product says. */
  readonly extended?: string
  /** Since when it has what the product calls long-term support. */
  readonly longTerm?: string
}

/** Something that images contain, and how long its releases are supported. */
export interface Product {
  readonly name: string
  readonly title: string
  /** The ends of repository names that hold it, in which the version of a tag is its own. */
  readonly images: readonly string[]
  readonly source: string
  /** Who gets the support behind `end`. */
  readonly extendedFor?: 'everybody' | 'customers'
  /** The highest version first. */
  readonly releases: readonly Release[]
}
