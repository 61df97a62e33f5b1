/** Content for caches that are not here yet. */
export interface MountArrival {
  /** Where it comes from, for people. */
  readonly from: string
  /** Fills a new directory, which has its owner and mode already; leaves it empty when it rejects. */
  fill(directory: string, signal: AbortSignal): Promise<void>
}

/** Looks for a cache by the name of its directory below `cache-mounts`; undefined when there is none. Never rejects. */
export type FindArrival = (name: string) => Promise<MountArrival | undefined>

/** Who can bring caches here. */
export interface MountArrivals {
  /** From now on this one is asked. */
  offer(find: FindArrival): void
  find: FindArrival
  /** Says to people what came, or why nothing did. */
  readonly tell: (sentence: string) => void
}

export function createMountArrivals(tell: MountArrivals['tell']): MountArrivals {
  let asked: FindArrival = async () => undefined
  return { tell, offer: (find) => void (asked = find), find: (name) => asked(name) }
}
