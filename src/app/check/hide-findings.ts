import path from 'node:path'
import type { Location } from '../../core/index.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { CheckedFinding, RuleEntry } from '../../report/index.ts'
import type { DockerfileReport } from './check-dockerfile.ts'
import { ofText } from './check-dockerfile.ts'
import { fingerprints } from './fingerprint.ts'
import { ignoreComments, ignoresOf, type ResolvedIgnore } from './inline-ignores.ts'
import { rulesNamed } from './rule-catalogue.ts'
import type { CheckSettings } from './settings.ts'

/** What decides whether a finding is shown. */
export interface HidingRules {
  readonly catalogue: readonly RuleEntry[]
  readonly settings: CheckSettings | undefined
  /** Absolute; undefined for standard input. */
  readonly path: string | undefined
  /** `YYYY-MM-DD` */
  readonly today: string
  readonly reportUnused: boolean
}

export interface ShownFindings {
  readonly findings: readonly CheckedFinding[]
  readonly hidden: { readonly comments: number; readonly settings: number }
}

/** Takes out what comments and settings say is known, and adds what is wrong with those comments themselves. */
export function hideFindings({ file, stablePath, findings }: DockerfileReport, rules: HidingRules): ShownFindings {
  const comments = resolveIgnores(file, rules)
  const used = new Set<ResolvedIgnore>()
  const hidden = { comments: 0, settings: 0 }
  const shown = findings.flatMap((finding): readonly CheckedFinding[] => {
    const own = ignoresOf(finding, file, comments)
    for (const one of own) used.add(one)
    if (own.some(({ expired }) => !expired)) hidden.comments += 1
    else if (isAccepted(finding, rules)) hidden.settings += 1
    else return [own.length === 0 ? finding : withEnd(finding, own)]
    return []
  })
  return { findings: [...shown, ...aboutComments(file, comments, { used, stablePath, ...rules })], hidden }
}

function resolveIgnores(file: Dockerfile, { catalogue, today }: HidingRules): readonly ResolvedIgnore[] {
  return ignoreComments(file).map((comment) => ({
    ...comment,
    rules: new Set(comment.names.flatMap((name) => rulesNamed(catalogue, name).map(({ id }) => id))),
    expired: comment.until !== undefined && comment.until < today,
  }))
}

function withEnd(finding: CheckedFinding, ignores: readonly ResolvedIgnore[]): CheckedFinding {
  const notes = ignores.map(({ at, until }) => ({ note: `accepted until ${until}, which is over`, at }))
  return { ...finding, related: [...finding.related, ...notes] }
}

function isAccepted(finding: CheckedFinding, { settings, path: file, today, catalogue }: HidingRules): boolean {
  return (settings?.check.ignore ?? []).some(({ rule, path: pattern, expires }) => {
    if (expires !== undefined && expires < today) return false
    if (!rulesNamed(catalogue, rule).some(({ id }) => id === finding.code)) return false
    if (pattern === undefined) return true
    if (file === undefined || settings === undefined) return false
    return compileIgnore([pattern]).ignored(path.relative(settings.directory, file).split(path.sep).join('/'))
  })
}

function aboutComments(
  file: Dockerfile,
  comments: readonly ResolvedIgnore[],
  more: HidingRules & { readonly used: ReadonlySet<ResolvedIgnore>; readonly stablePath: string },
): readonly CheckedFinding[] {
  const reasonless = comments.filter(({ by, reason }) => by === 'slipway' && reason === undefined)
  const unused = more.reportUnused ? comments.filter((one) => !more.used.has(one)) : []
  const found = [
    ...reasonless.map(({ at, names }) =>
      note('ignore-without-reason', at, {
        severity: 'warning',
        message: `nobody knows why ${names.join(', ')} is ignored here`,
        hint: `write the reason behind it: # slipway ignore=${names.join(',')} because …`,
      }),
    ),
    ...unused.map((one) =>
      note('unused-ignore', one.at, {
        severity: 'info',
        message:
          one.rules.size === 0
            ? `there is no rule ${one.names.join(', ')}`
            : `${one.names.join(', ')} finds nothing ${one.instruction === undefined ? 'in this file' : 'in the next instruction'}`,
        hint: 'remove the comment',
      }),
    ),
  ].filter(({ code }) => more.settings?.check.rules?.[code] !== 'off')
  const names = fingerprints(found, file, more.stablePath)
  return found.map((finding, at) => ({ ...finding, level: 'static', fingerprint: names[at] ?? '' }))
}

function note(
  code: string,
  at: Location,
  more: { readonly severity: 'warning' | 'info'; readonly message: string; readonly hint: string },
) {
  return ofText({ code, at, related: [], ...more }, code)
}
