import type { HardenedReport, HardeningFinding, Place } from '../hardening/index.ts'
import { type Palette, paint } from './palette.ts'
import { visibleText } from './visible-text.ts'

const shownLines = 8

/** How an image fared with few rights, for people. Lines without a final line feed. */
export function hardenedLines(report: HardenedReport, palette: Palette): readonly string[] {
  const { hardened, findings, passed, image } = report
  const grave = findings.filter((finding) => finding.grave).length
  const name = visibleText(image)
  const rest = findings.length === 0 ? '' : `; ${findings.length} to see to`
  const sum = passed
    ? `${name} runs hardened${rest}`
    : `${name} does not run hardened: ${missing(report)}${grave === 0 ? '' : `, ${findings.length} to see to`}`
  const log = passed || hardened.lines.length === 0 ? [] : ['', 'Its last lines:', ...lastLines(report)]
  return [
    `Ran as ${report.user.ran.uid}:${report.user.ran.gid}, read-only root, no capabilities, no new privileges`,
    ...states(report).map(({ ok, text }) => `${mark(ok, palette)} ${text}`),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, palette)]),
    ...(hardened.untraced === undefined ? [] : ['', `Refused calls could not be watched: ${hardened.untraced}`]),
    ...log,
    '',
    paint(palette.strong, sum),
  ]
}

function missing({ starts, serves, stops }: HardenedReport): string {
  if (!starts) return 'it does not start'
  if (!serves) return 'it does not serve'
  return stops ? '' : 'it does not stop'
}

interface State {
  readonly ok: boolean | undefined
  readonly text: string
}

function states({ hardened, starts, serves, stops, watched }: HardenedReport): readonly State[] {
  const { ended, ports, health, stop, readySeconds } = hardened
  const open = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ')
  const time = readySeconds === undefined ? `watched for ${watched} s` : `ready after ${readySeconds} s`
  const served = ended === undefined ? time : `ended after ${ended.seconds} s with ${ended.exitCode}`
  const listens = open === '' ? 'listens on no port' : `listens on ${open}`
  return [
    { ok: starts, text: 'starts' },
    { ok: starts ? serves : undefined, text: starts ? `serves: ${listens}, ${served}` : 'serves: not seen' },
    ...(health === undefined ? [] : [{ ok: health.healthy, text: healthText(health) }]),
    ...(stop === undefined
      ? []
      : [
          {
            ok: stops,
            text: `stops: ${stop.exitCode === undefined ? `not within ${stop.seconds} s of ${stop.signal}` : `${stop.seconds} s after ${stop.signal}, exit code ${stop.exitCode}`}`,
          },
        ]),
  ]
}

function healthText({ healthy, tries, problem }: NonNullable<HardenedReport['hardened']['health']>): string {
  if (problem !== undefined) return 'is healthy: HEALTHCHECK cannot be run'
  if (tries === 0) return 'is healthy: HEALTHCHECK was not tried, it ended first'
  return `is healthy: HEALTHCHECK ${healthy ? 'succeeded' : 'failed'}, try ${tries}`
}

function mark(ok: boolean | undefined, palette: Palette): string {
  if (ok === undefined) return paint(palette.faint, '-   ')
  return ok ? paint(palette.faint, 'ok  ') : paint(palette.error, 'FAIL')
}

function findingLines({ grave, text, advice, at }: HardeningFinding, palette: Palette): readonly string[] {
  const label = grave ? paint(palette.error, 'error:') : paint(palette.warning, 'note:')
  const [first = '', ...more] = text.split('\n').map(visibleText)
  return [
    `${label} ${first}${at === undefined ? '' : ` [${placeText(at)}]`}`,
    ...more,
    ...advice.map((line) => `  ${paint(palette.strong, 'hint:')} ${visibleText(line)}`),
  ]
}

function placeText({ source, line, stage }: Place): string {
  return visibleText(`${source}:${line}${stage === undefined ? '' : `, stage ${stage}`}`)
}

function lastLines({ hardened }: HardenedReport): readonly string[] {
  return hardened.lines.slice(-shownLines).map((line) => `  ${visibleText(line)}`)
}
