import type { Finding } from '../../core/index.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import type { RuleEntry } from '../../report/index.ts'
import { instructionOf } from './fingerprint.ts'
import { skippedChecks } from './inline-ignores.ts'

/** What another rule says better at the same instruction. */
const saidBetter: Readonly<Record<string, readonly string[]>> = {
  'start-command-fails': ['broken-start-command'],
  'unknown-stage': ['unknown-stage-reference'],
  'bad-variable': ['InvalidDefaultArgInFrom', 'UndefinedArgInFrom', 'UndefinedVar'],
  'bad-reference': ['InvalidDefaultArgInFrom', 'UndefinedArgInFrom', 'UndefinedVar'],
}

/**
 * Findings in the order of the file, each once: several builds of a file find the same, and where a rule of ours looks for
 * what one of BuildKit's checks looks for, ours is shown, or none when `# check=skip=` names BuildKit's.
 */
export function withoutRepeats(
  findings: readonly Finding[],
  file: Dockerfile,
  catalogue: readonly RuleEntry[],
): readonly Finding[] {
  const single = [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()]
  const twins = new Map(catalogue.map(({ id, peers }) => [id, peers.buildkit ?? []]))
  const isSkipped = (finding: Finding): boolean => {
    const checks = twins.get(finding.code) ?? []
    const skipped = checks.length === 0 ? [] : skippedChecks(finding, file)
    return checks.length > 0 && (skipped === 'all' || checks.some((name) => skipped.includes(name)))
  }
  const covered = (finding: Finding): boolean =>
    single.some(
      (other) =>
        other !== finding &&
        ((twins.get(other.code) ?? []).includes(finding.code) || saidBetter[finding.code]?.includes(other.code)) &&
        samePlace(other, finding, file),
    )
  return single
    .filter((finding) => !isSkipped(finding) && !covered(finding))
    .sort(
      (a, b) =>
        compareText(a.at.source.path, b.at.source.path) ||
        a.at.span.start - b.at.span.start ||
        compareText(a.code, b.code),
    )
}

function keyOf({ code, at, message }: Finding): string {
  return JSON.stringify([code, at.source.path, at.span, message])
}

function samePlace(one: Finding, other: Finding, file: Dockerfile): boolean {
  const instruction = instructionOf(one, file)
  if (instruction !== undefined) return instruction === instructionOf(other, file)
  return one.at.source.path === other.at.source.path && one.at.span.start === other.at.span.start
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
