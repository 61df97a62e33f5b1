import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsLoader } from '../queries/brought-libraries.ts'
import { glibcMinor } from '../queries/glibc-releases.ts'
import { listed } from '../queries/listed.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { madeForStageGlibc } from '../queries/made-on-the-spot.ts'
import { runsUnread } from '../queries/unread-commands.ts'
import { withoutCgo } from '../repairs/other-libc.ts'

/** Machine code that is linked with a newer glibc than the final image has. */
export const glibcVersionSkew: Pitfall = {
  id: 'glibc-version-skew',
  summary:
    'Programs are linked on a release that is as old as the final image, or older: glibc runs old programs only.',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { base, history } = facts.final
    const has = glibcMinor(base)
    if (has === undefined || runsUnread(history) || bringsLoader(history, 'glibc')) return []
    const seen = new Set<unknown>()
    return shippedCode(facts).flatMap((shipped): readonly PitfallHit[] => {
      const code = ofPackages.has(shipped.what) ? { ...shipped, names: madeForStageGlibc(facts, shipped) } : shipped
      if (code.names.length === 0) return []
      const { stage, step, isStatic, libc, isCross } = code
      if (stage === undefined || isStatic !== false || libc !== 'glibc' || isCross || seen.has(step)) return []
      const made = glibcMinor(stage.base)
      const since = made === undefined ? undefined : crossed(code, made, has)
      if (made === undefined || since === undefined) return []
      seen.add(step)
      return [hit(facts, { code, stage, made, has, since })]
    })
  },
}

/**
 * The version of symbols that a program linked with one glibc asks of an older one. 2.34 moved threads and the start of every
 * program into libc.so.6 under new versions. 2.38 has new functions that headers put for `strtol` and `sscanf` wherever
 * _GNU_SOURCE is on, as it always is in C++; Rust's library asks for those of 2.39 that start processes.
 */
function crossed({ what }: ShippedCode, made: number, has: number): number | undefined {
  const steps: readonly number[] = symbols[what] ?? []
  return steps.find((step) => has < step && step <= made)
}

/** What is compiled where the stage runs. Runtimes of jlink, .NET, Deno and Bun, and most wheels and addons come ready-made, for an old glibc. */
const symbols: { readonly [what in ShippedCode['what']]?: readonly number[] } = {
  go: [34],
  c: [34],
  'native-image': [34],
  elixir: [34],
  'c++': [34, 38],
  rust: [34, 39],
  node: [34],
  python: [34],
}

/** Of these some are made for the stage, and most are not. */
const ofPackages: ReadonlySet<ShippedCode['what']> = new Set<ShippedCode['what']>(['node', 'python'])

interface Skew {
  readonly code: ShippedCode
  readonly stage: NonNullable<ShippedCode['stage']>
  readonly made: number
  readonly has: number
  readonly since: number
}

function hit(facts: Facts, { code, stage, made, has, since }: Skew): PitfallHit {
  const { final } = facts
  const things = listed(code.names.map((name) => `\`${name}\``))
  return {
    at: code.step.at,
    message: `${things} from "${stage.label}" (${stage.base.written}) is linked with glibc 2.${made}, and ${final.base.written} has 2.${has}: ${since === 34 ? 'it' : 'what uses newer functions'} is refused with "version \`GLIBC_2.${since}' not found"`,
    hint: `build on the release that is shipped (${releaseOf(final.base)}), ship ${releaseOf(stage.base)}, or link statically`,
    related: code.madeBy === undefined ? [] : [{ note: 'made here', at: code.madeBy.at }],
    evidence: { made: `2.${made}`, has: `2.${has}`, names: code.names.join(' ') },
    fixes: withoutCgo(facts, code),
  }
}

function releaseOf({ distribution, release }: Facts['final']['base']): string {
  return `${distribution === 'distroless' ? 'debian' : (distribution ?? '')} ${release ?? ''}`
}
