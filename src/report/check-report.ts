import type { Finding, Location, SlipwayError, Source } from '../core/index.ts'
import { lineRanges } from './line-ranges.ts'
import { paint } from './palette.ts'
import { type FrameStyle, sourceFrames } from './source-frame.ts'
import { visibleText } from './visible-text.ts'

/** Findings for people: the count, then rule, address, message and place of each. Lines without a final line feed. */
export function checkText(findings: readonly Finding[], style: FrameStyle): string[] {
  if (findings.length === 0) return ['Check complete, no warnings found.']
  const count = findings.length === 1 ? '1 warning has' : `${findings.length} warnings have`
  return [`Check complete, ${count} been found!`, ...findings.flatMap((finding) => findingText(finding, style))]
}

function findingText({ code, message, at, related, hint, rule }: Finding, style: FrameStyle): string[] {
  const page = rule?.url === undefined ? '' : ` - ${rule.url}`
  return [
    '',
    `${paint(style.palette.warning, 'WARNING:')} ${code}${page}`,
    visibleText(message),
    ...sourceFrames([at], style),
    ...(hint === undefined ? [] : [`  ${paint(style.palette.strong, 'hint:')} ${visibleText(hint)}`]),
    ...related.map(({ note, at: place }) => `  ${note}: line ${lineRanges(place)[0]?.start.line}`),
  ]
}

/** What `--call=check,format=json` of docker prints, by the names of BuildKit's `lint.LintResults`. */
export function checkJson(check: {
  readonly source: Source
  readonly findings: readonly Finding[]
  readonly error?: SlipwayError
}): Readonly<Record<string, unknown>> {
  const { source, findings, error } = check
  const warnings = findings.map(({ code, message, whole, rule }) => ({
    ruleName: code,
    ...(rule === undefined ? {} : rule),
    detail: message,
    location: { ranges: lineRanges(whole) },
  }))
  const sources = [{ filename: source.path, data: base64(source.text), language: 'Dockerfile' }]
  return { warnings, sources, ...(error === undefined ? {} : { buildError: buildError(error) }) }
}

function buildError({ message, at }: SlipwayError): Readonly<Record<string, unknown>> {
  const [place]: readonly (Location | undefined)[] = at
  return { message, location: place === undefined ? {} : { ranges: lineRanges(place) } }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
