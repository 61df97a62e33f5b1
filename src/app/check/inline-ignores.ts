import type { Finding, Location } from '../../core/index.ts'
import { checkComment, type Dockerfile, type Instruction, parseCheck } from '../../dockerfile/index.ts'
import { instructionOf } from './fingerprint.ts'

/** A comment that switches rules off. */
export interface IgnoreComment {
  readonly at: Location
  readonly by: 'slipway' | 'hadolint'
  /** As written. */
  readonly names: readonly string[]
  /** The line that is looked at; absent for the whole file. */
  readonly instruction?: Instruction
  readonly reason?: string
  /** The last day on which it counts, `YYYY-MM-DD`. */
  readonly until?: string
}

const pattern = /^#\s*(slipway|hadolint)\s+(global\s+)?ignore\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*)(.*)$/i

/**
 * The comments `# slipway ignore=RULE[,RULE] [until=DATE] REASON` and `# hadolint ignore=ID[,ID]` of a file. They are about the
 * next instruction; with `global` about the whole file.
 */
export function ignoreComments(file: Dockerfile): readonly IgnoreComment[] {
  const { source } = file
  const comments: IgnoreComment[] = []
  let start = 0
  for (const line of source.text.split('\n')) {
    const lead = line.length - line.trimStart().length
    const end = start + line.trimEnd().length
    const span = { start: start + lead, end }
    start += line.length + 1
    if (!line.startsWith('#', lead) || file.instructions.some((one) => within(one, span.start))) continue
    const match = pattern.exec(line.trim())
    if (match === null) continue
    const next = file.instructions.find((one) => one.span.start > span.start)
    comments.push(readComment(match, { source, span }, next))
  }
  return comments
}

function within({ span }: Instruction, offset: number): boolean {
  return offset >= span.start && offset < span.end
}

function readComment(match: RegExpExecArray, at: Location, next: Instruction | undefined): IgnoreComment {
  const [, by = '', global, list = '', rest = ''] = match
  const until = /(?:^|\s)until=(\d{4}-\d\d-\d\d)(?=\s|$)/i.exec(rest)
  const reason = (until === null ? rest : rest.replace(until[0], ' ')).replace(/^[\s:;,#–—-]+/, '').trim()
  return {
    at,
    by: by.toLowerCase() === 'hadolint' ? 'hadolint' : 'slipway',
    names: list.split(',').map((name) => name.trim()),
    ...(global === undefined && next !== undefined ? { instruction: next } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(until?.[1] === undefined ? {} : { until: until[1] }),
  }
}

/** A comment with the ids of the rules that its names mean. */
export interface ResolvedIgnore extends IgnoreComment {
  readonly rules: ReadonlySet<string>
  /** Its last day has passed. */
  readonly expired: boolean
}

/** The comments that speak of a finding, expired ones included. */
export function ignoresOf(
  finding: Finding,
  file: Dockerfile,
  ignores: readonly ResolvedIgnore[],
): readonly ResolvedIgnore[] {
  const instruction = instructionOf(finding, file)
  return ignores.filter(
    (one) => one.rules.has(finding.code) && (one.instruction === undefined || one.instruction === instruction),
  )
}

/** The names of BuildKit's checks that `# check=skip=` switches off for the instruction of a finding; `all` for every one. */
export function skippedChecks(finding: Finding, file: Dockerfile): 'all' | readonly string[] {
  const instruction = instructionOf(finding, file)
  const directive = file.directives.find(({ name }) => name === 'check')?.value.split(' ', 1)[0]
  const texts = [directive, instruction === undefined ? undefined : checkComment(instruction)]
  const skips = texts.map((text) => {
    const parsed = text === undefined ? undefined : parseCheck(text)
    return parsed === undefined || 'error' in parsed ? [] : parsed.options.skip
  })
  return skips.includes('all') ? 'all' : skips.flat()
}
