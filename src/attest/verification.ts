import type { Digest } from '../core/index.ts'

/** One thing that was looked at, and what came of it. */
export interface Check {
  readonly what: 'index' | 'manifest' | 'config' | 'layer' | 'attestation' | 'rebuild'
  /** Which of them, for people: `linux/amd64 layer 2`. */
  readonly place: string
  readonly digest?: Digest
  readonly ok: boolean
  /** What it is; or what is wrong with it. */
  readonly says: string
  /** What to do about it. */
  readonly hint?: string
}

/** Everything that was looked at in an image. */
export interface Verification {
  /** As it was asked for. */
  readonly image: string
  /** What the name stands for; absent where that could not be found out. */
  readonly digest?: Digest
  readonly checks: readonly Check[]
}

/** Whether the image is what it says it is. */
export function isSound({ checks }: Verification): boolean {
  return checks.every(({ ok, what }) => ok || what === 'rebuild')
}

/** Whether building it again gave the same; undefined where that was not tried. */
export function isReproduced({ checks }: Verification): boolean | undefined {
  const rebuilt = checks.filter(({ what }) => what === 'rebuild')
  return rebuilt.length === 0 ? undefined : rebuilt.every(({ ok }) => ok)
}
