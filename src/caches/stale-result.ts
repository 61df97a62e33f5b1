import type { IncrementalBuild } from './incremental-tools.ts'

/** A source of a build, by its absolute path. */
export interface SourceFile {
  readonly digest: string
  /** Modification time in milliseconds since the epoch. */
  readonly mtime: number
}

/** What a build tool found to be there and did not touch. */
export interface FormerResults {
  /** Where they are, for people. */
  readonly place: string
  /** Their newest modification time, in milliseconds since the epoch. */
  readonly newest: number
  /** Digests of the sources that were there when they were made, by path. */
  readonly madeFrom: Readonly<Record<string, string>>
}

/** That a tool takes other results for its own. */
export interface StaleResult {
  readonly code: 'StaleBuildResult' | 'CacheMountAcrossPlatforms'
  readonly message: string
  readonly hint: string
}

/**
 * Whether a tool that has compiled nothing should have: a source differs from what the results were made from, and is dated
 * before them, which is why the tool did not notice. A source that is dated later was seen and not needed.
 */
export function staleResult(
  { tool, rebuild }: Pick<IncrementalBuild, 'tool' | 'rebuild'>,
  sources: ReadonlyMap<string, SourceFile>,
  { place, newest, madeFrom }: FormerResults,
): StaleResult | undefined {
  const missed = [...sources].filter(([path, { digest, mtime }]) => madeFrom[path] !== digest && mtime <= newest)
  const [first] = missed
  if (first === undefined) return undefined
  const [path, { mtime }] = first
  const others = missed.length === 1 ? '' : ` and ${missed.length - 1} more ${missed.length === 2 ? 'file' : 'files'}`
  const is = madeFrom[path] === undefined ? 'is new' : 'has changed'
  return {
    code: 'StaleBuildResult',
    message: `${tool} compiled nothing although ${path} ${is}${others === '' ? '' : `,${others} too`}: it is dated ${day(mtime)}, before what is in ${place} (${day(newest)}), and ${tool} goes by dates. The result of this step is an old one`,
    hint: `touch the sources first (RUN touch ${path} && ...), or build everything again with ${rebuild}`,
  }
}

/** A cache mount whose results were made for one platform, and are taken for those of another. */
export interface MixedMount {
  readonly target: string
  readonly id: string
  readonly sharing: string
  /** What the results were made for, and what the step is for. */
  readonly former: string
  readonly platform: string
}

/** Whether a tool mixes up what it compiled for different platforms in one cache mount. */
export function mixedPlatforms(
  { tool, keepsPlatformsApart }: Pick<IncrementalBuild, 'tool' | 'keepsPlatformsApart'>,
  { target, id, sharing, former, platform }: MixedMount,
): StaleResult | undefined {
  if (former === platform || keepsPlatformsApart(sharing)) return undefined
  return {
    code: 'CacheMountAcrossPlatforms',
    message: `the cache mount ${target} holds what ${tool} made for ${former}, and this step is for ${platform}: ${tool} does not tell them apart`,
    hint: `give each platform a cache of its own: ARG TARGETARCH above, and id=${id.replace(/^\//, '').replaceAll('/', '-')}-$TARGETARCH in the mount`,
  }
}

function day(milliseconds: number): string {
  return new Date(milliseconds)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')
}
