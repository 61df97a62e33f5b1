import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsLoader } from '../queries/brought-libraries.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { listed } from '../queries/listed.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { actionsIn } from '../queries/steps.ts'
import { otherLibcFix } from '../repairs/other-libc.ts'

/** Machine code that is linked with one C library, on a base with the other. */
export const libcMismatch: Pitfall = {
  id: 'libc-mismatch',
  summary:
    'Machine code is made with the C library that the final image has: glibc and musl do not stand in for each other.',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { base, history } = facts.final
    if ((base.libc !== 'glibc' && base.libc !== 'musl') || runsBoth(facts)) return []
    const seen = new Set<unknown>()
    return shippedCode(facts).flatMap((code): readonly PitfallHit[] => {
      const { libc, isStatic, step } = code
      if (isStatic !== false || libc === undefined || libc === base.libc || seen.has(step)) return []
      if (isMadeAgain(facts, code)) return []
      if (bringsLoader(history, libc)) return []
      seen.add(step)
      return [hit(facts, code)]
    })
  },
}

/** Packages that let programs of glibc run on Alpine, and musl for Debian. */
function runsBoth({ final }: Facts): boolean {
  const { names, hasUnknown } = installedPackages(final.history)
  return hasUnknown || ['gcompat', 'libc6-compat', 'glibc', 'musl'].some((name) => names.has(name))
}

const managers: Partial<Record<ShippedCode['what'], readonly string[]>> = {
  node: ['npm', 'yarn', 'pnpm', 'bun'],
  python: ['pip', 'uv', 'poetry', 'pipenv', 'pdm'],
  ruby: ['bundler', 'gem'],
}

/** The final image installs or compiles the packages anew. */
function isMadeAgain({ final }: Facts, { what, step }: ShippedCode): boolean {
  const later = final.history.slice(final.history.indexOf(step) + 1)
  const own = managers[what] ?? []
  const rebuilt = later.some(({ command }) =>
    command?.script.commands.some(({ program, args }) => own.includes(program) && args.includes('rebuild')),
  )
  return (
    rebuilt ||
    actionsIn(later, 'install').some(({ action }) => own.includes(action.manager) && action.scope !== 'global')
  )
}

function hit(facts: Facts, code: ShippedCode): PitfallHit {
  const { step, libc, names, what, stage, copy } = code
  const { base } = facts.final
  const from = stage === undefined ? (copy.image?.written ?? '') : stageName(stage)
  const things = listed(names.map((name) => `\`${name}\``))
  return {
    at: step.at,
    message: `${subject(what, things)} from ${from} ${names.length > 1 && packaged.has(what) ? 'are' : 'is'} made for ${libc}, and ${base.written} has ${base.libc}`,
    hint: hintFor(code, base.libc ?? ''),
    related: code.madeBy === undefined ? [] : [{ note: 'made here', at: code.madeBy.at }],
    evidence: { made: libc ?? '', has: base.libc ?? '', names: names.join(' ') },
    fixes: otherLibcFix(facts, code),
  }
}

const packaged = new Set<ShippedCode['what']>(['node', 'python', 'ruby', 'php'])

function subject(what: ShippedCode['what'], things: string): string {
  if (what === 'jlink') return 'the Java runtime that jlink makes'
  if (what === 'php') return `the extension ${things}`
  return things
}

function stageName({ label, base }: StageModel): string {
  return `"${label}" (${base.written})`
}

function hintFor({ what, libc }: ShippedCode, wanted: string): string {
  const variant = wanted === 'musl' ? 'the -alpine variant' : 'the Debian variant'
  if (what === 'go') return `build with CGO_ENABLED=0, or in ${variant} of the image`
  if (what === 'rust' && wanted === 'musl')
    return 'build for a musl target (--target …-linux-musl), or in the -alpine variant of the image'
  if (packaged.has(what))
    return `install in ${variant} of the image, so that it is made for ${wanted}; or ship a base with ${libc}`
  return `build in ${variant} of the image; or ship a base with ${libc}`
}
