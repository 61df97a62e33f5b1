import type { Location } from '../core/index.ts'
import type { Entry } from './draft.ts'
import type { MappedText } from './mapped-text.ts'

/** A target with all that it inherits: what a build of it needs. */
export interface BakeTarget {
  readonly name: string
  /** Its name where it is written. */
  readonly at: Location
  /** As it is written: relative to the working directory of buildx, or `cwd://…`, `target:…`, an address. */
  readonly context: string
  /** From the context on. */
  readonly dockerfile: string
  /** A Dockerfile that stands in the bake file, in place of `dockerfile`. */
  readonly inline?: MappedText
  /** The stage. */
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly contexts: Readonly<Record<string, string>>
  readonly extraHosts: Readonly<Record<string, string>>
  readonly resources: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly platforms: readonly string[]
  readonly annotations: readonly string[]
  readonly entitlements: readonly string[]
  readonly noCacheFilter: readonly string[]
  readonly ulimits: readonly string[]
  readonly secrets: readonly Entry[]
  readonly ssh: readonly Entry[]
  readonly cacheFrom: readonly Entry[]
  readonly cacheTo: readonly Entry[]
  readonly outputs: readonly Entry[]
  readonly attest: readonly Entry[]
  readonly policy: readonly Entry[]
  readonly pull?: boolean
  readonly noCache?: boolean
  readonly network?: string
  readonly shmSize?: string
  readonly call?: string
  readonly description?: string
  /** Another target uses what this one builds, and nobody has asked for it: it is exported nowhere. */
  readonly linked: boolean
  /** Where the values of attributes are written, by their names in bake files; those that nobody wrote are absent. */
  readonly places: ReadonlyMap<string, Location>
}
