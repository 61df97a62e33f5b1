import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsLoader } from '../queries/brought-libraries.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { withoutCgo } from '../repairs/other-libc.ts'

/** A program that needs libc in an image without one. */
export const dynamicBinaryInStaticBase: Pitfall = {
  id: 'dynamic-binary-in-static-base',
  summary: 'Only a static program runs in an image without a C library: a dynamic one does not find its loader.',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => {
    const { base, history } = facts.final
    if (base.libc !== 'none' || bringsLoader(history, undefined)) return []
    const seen = new Set<unknown>()
    return shippedCode(facts).flatMap((code): readonly PitfallHit[] => {
      if (code.isStatic !== false || code.libc === undefined || seen.has(code.step)) return []
      if (bringsLoader(history, code.libc)) return []
      seen.add(code.step)
      return [hit(facts, code)]
    })
  },
}

function hit(facts: Facts, code: ShippedCode): PitfallHit {
  const { base } = facts.final
  const { step, names, libc, stage } = code
  const name = code.what === 'jlink' ? 'the Java runtime that jlink makes' : `\`${names[0] ?? ''}\``
  return {
    at: step.at,
    message: `${name} is linked with ${libc}${stage === undefined ? '' : ` of "${stage.label}" (${stage.base.written})`}, and ${base.isEmpty ? 'an empty image' : base.written} has no C library: "no such file or directory" at the start`,
    hint: hintFor(code, base.isEmpty),
    related: code.madeBy === undefined ? [] : [{ note: 'made here', at: code.madeBy.at }],
    evidence: { libc: libc ?? '', base: base.written },
    fixes: withoutCgo(facts, code),
  }
}

function hintFor({ what, libc }: ShippedCode, isEmpty: boolean): string {
  const other =
    libc === 'musl'
      ? 'ship it on alpine'
      : `ship it on gcr.io/distroless/${what === 'rust' || what === 'c++' ? 'cc' : 'base'}-debian12`
  if (what === 'go') return `build with CGO_ENABLED=0, or link with -extldflags "-static"; or ${other}`
  if (what === 'rust') return `build for a musl target (--target …-linux-musl), which is static; or ${other}`
  if (what === 'c' || what === 'c++') return `link with -static; or ${other}`
  return isEmpty ? other : `${other}, which has one`
}
