import type {
  Component,
  ComponentOrigin,
  IgnoreEntry,
  Level,
  Suppressed,
  Unchecked,
  Vulnerability,
} from '../vulnerabilities/index.ts'

/** From which level on vulnerabilities make a failure. */
export type ScanFailOn = Exclude<Level, 'unknown'> | 'none'

/** A part of the database that was asked. */
export interface ScannedFamily {
  /** `Debian` */
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly updated: number
  /** When its newest record was changed, as it says. */
  readonly newest?: string
  readonly from: string
}

/** What `slipway scan` says of one image, list of packages or directory. */
export interface ScanReport {
  readonly name: string
  /** Digest of the configuration, where it is an image. */
  readonly image?: string
  readonly platform?: string
  /** `Debian GNU/Linux 12 (bookworm)` */
  readonly distribution?: string
  readonly failOn: ScanFailOn
  /** One of them is at least as grave as that. */
  readonly failed: boolean
  /** What counts, gravest first. */
  readonly vulnerabilities: readonly Vulnerability[]
  readonly suppressed: readonly Suppressed[]
  /** Not repaired by any version, where only repaired ones were asked for. */
  readonly unfixed: number
  readonly expired: readonly IgnoreEntry[]
  readonly unused: readonly IgnoreEntry[]
  readonly checked: number
  readonly unchecked: readonly Unchecked[]
  /** Of stages that did not become the image: for information. */
  readonly stages: readonly { readonly stage: string; readonly vulnerabilities: readonly Vulnerability[] }[]
  readonly database: readonly ScannedFamily[]
  /** Sentences about what could not be read. */
  readonly notes: readonly string[]
}

/** How many there are of each level, gravest first; levels that nothing has are left out. */
export function countLevels(vulnerabilities: readonly Vulnerability[]): readonly (readonly [Level, number])[] {
  const order: readonly Level[] = ['critical', 'high', 'medium', 'low', 'unknown']
  return order
    .map((level) => [level, vulnerabilities.filter((one) => one.level === level).length] as const)
    .filter(([, count]) => count > 0)
}

/** Where a package came from, for people: `Dockerfile:12 (build)`, `Dockerfile:12 from line 3 (build)`, the command of the layer, or the file that names it. */
export function placeOf({ origin, path }: Pick<Component, 'origin' | 'path'>): string {
  const made = origin === undefined ? '' : madeBy(origin)
  return made === '' ? (path === undefined ? '' : `/${path}`) : made
}

function madeBy({ line, stage, command = '', maker }: ComponentOrigin): string {
  if (line === undefined) return command.replace(/^\/bin\/sh -c (#\(nop\)\s*)?/, '').replace(/\s+/g, ' ')
  if (maker === undefined) return withStage(line, stage)
  return `${line} from ${withStage(maker.line === undefined ? maker.command : nearLine(maker.line, line), maker.stage)}`
}

function withStage(place: string, stage: string | undefined): string {
  return stage === undefined ? place : `${place} (${stage})`
}

/** A line as seen from another: `line 3` in the same file, else `Dockerfile:3`. */
export function nearLine(line: string, from: string): string {
  const [file, other] = [line, from].map((one) => one.slice(0, one.lastIndexOf(':')))
  return file === other ? `line ${line.slice(line.lastIndexOf(':') + 1)}` : line
}

/** `npm`, `Debian:12`: packages of distributions and of applications look different. */
export function isOfSystem({ type }: { readonly type: string }): boolean {
  return type === 'deb' || type === 'apk' || type === 'rpm'
}
