import type { Assessment, ImageUse } from '../bases/index.ts'
import { formatLocation, type Json, positionAt } from '../core/index.ts'
import { displayWidth, padToWidth } from './display-width.ts'
import { paint, type Palette } from './palette.ts'
import { renderTable } from './table.ts'

/** What was found out about the images that files name. */
export interface OutdatedFindings {
  readonly uses: readonly {
    readonly use: ImageUse
    readonly assessment?: Assessment
    readonly problems: readonly string[]
  }[]
  /** The day of the facts about ends of support. */
  readonly catalogue: string
}

export interface OutdatedStyle {
  readonly palette: Palette
  /** Also what is up to date, and what is no image. */
  readonly all: boolean
  /** Cells of the terminal; without it lines are as long as they need to be. */
  readonly width?: number
}

type Finding = OutdatedFindings['uses'][number]

/** The table for people. Notes stand in a last column where there is room for them, else below their row. */
export function outdatedLines({ uses, catalogue }: OutdatedFindings, style: OutdatedStyle): string[] {
  const shown = uses.filter((finding) => style.all || worthTelling(finding))
  const count = uses.filter(({ assessment }) => assessment !== undefined).length
  const outdated = uses.filter(({ assessment }) => assessment?.outdated === true).length
  const unknown = uses.filter(({ problems }) => problems.length > 0).length
  const sum = [
    `${count} ${count === 1 ? 'image' : 'images'}`,
    outdated === 0 ? 'none outdated' : `${outdated} outdated`,
    ...(unknown === 0 ? [] : [`${unknown} not known`]),
  ]
  const footer = `${sum.join(', ')}; ends of support: catalogue of ${catalogue}`
  return shown.length === 0 ? [footer] : [...tableOf(shown, style), '', footer]
}

/** Everything, for programs. */
export function outdatedJson({ uses, catalogue }: OutdatedFindings): Json {
  return {
    catalogue,
    outdated: uses.filter(({ assessment }) => assessment?.outdated === true).length,
    references: uses.map((finding) => ({ ...placeJson(finding.use), ...assessmentJson(finding) })),
  }
}

const columns = ['FILE:LINE', 'IMAGE', 'CURRENT', 'WANTED', 'LATEST', 'NOTE'].map((title) => ({ title }))
/** Between columns. */
const gap = 3
/** Narrower than this a column of notes is hard to read. */
const leastNotes = 24

function worthTelling({ assessment, problems }: Finding): boolean {
  if (assessment === undefined) return problems.length > 0
  return assessment.outdated || assessment.endsSoon || assessment.shortTerm !== undefined || problems.length > 0
}

function tableOf(findings: readonly Finding[], style: OutdatedStyle): readonly string[] {
  const rows = findings.map(cells)
  const [heading = '', ...bare] = renderTable(columns.slice(0, -1), rows)
  const used = Math.max(heading.length, ...bare.map(displayWidth))
  const { palette, width = Number.POSITIVE_INFINITY } = style
  if (used > width) return findings.flatMap((finding, at) => stacked(finding, rows[at] ?? [], { palette, width }))
  const beside = width - used - gap >= leastNotes
  const titled = beside && findings.some((finding) => notesOf(finding).length > 0)
  return [
    paint(palette.strong, titled ? `${padToWidth(heading, used + gap)}NOTE` : heading),
    ...bare.flatMap((line, at) => {
      const finding = findings[at] as Finding
      const color = styleOf(finding, palette)
      if (!beside) return [paint(color, line), ...notesBelow(finding, width)]
      const [first, ...others] = notesOf(finding).flatMap((note) => wrap(note, width - used - gap))
      const whole = first === undefined ? paint(color, line) : paint(color, padToWidth(line, used + gap)) + first
      return [whole, ...others.map((note) => ' '.repeat(used + gap) + note)]
    }),
  ]
}

type Room = Required<Pick<OutdatedStyle, 'palette' | 'width'>>

/** For terminals that are too narrow for the columns. */
function stacked(finding: Finding, row: readonly string[], { palette, width }: Room): readonly string[] {
  const [place = '', image = '', current = '', wanted = '', latest = ''] = row
  const versions = [
    `current ${current}`,
    ...(wanted === current ? [] : [`wanted ${wanted}`]),
    ...(latest === wanted ? [] : [`latest ${latest}`]),
  ]
  const lines = finding.assessment === undefined ? [] : wrap(versions.join(', '), width - 2)
  return [
    paint(styleOf(finding, palette), `${place}   ${image}`),
    ...lines.map((line) => `  ${line}`),
    ...notesBelow(finding, width),
  ]
}

function notesBelow(finding: Finding, width: number): readonly string[] {
  return notesOf(finding)
    .flatMap((note) => wrap(note, width - 2))
    .map((note) => `  ${note}`)
}

function cells({ use, assessment, problems }: Finding): readonly string[] {
  const { line } = positionAt(use.at.source, use.at.span.start)
  const place = `${use.at.source.path}:${line}`
  if (assessment === undefined) return [place, use.text === '' ? use.written : use.text, '-', '-', '-']
  const { tag, moved, wanted, latest } = assessment
  const pin = use.reference?.digest
  const current = `${tag ?? ''}${shortPin(pin)}`
  // What could not be asked is not up to date either.
  const pinned = problems.length > 0 ? '?' : moved === undefined ? current : `${tag}${shortPin(moved)}`
  return [place, familiar(use), current, wanted?.tag ?? pinned, latest?.tag ?? wanted?.tag ?? pinned]
}

function notesOf({ use, assessment, problems }: Finding): readonly string[] {
  return [
    ...problems.map((problem) => `not known: ${problem}`),
    ...(assessment?.notes ?? []),
    ...(use.skipped === undefined ? [] : [use.skipped]),
  ]
}

/** Red for what is at its end, yellow for what has something newer. */
function styleOf({ assessment, problems }: Finding, palette: Palette): string {
  const over = assessment?.replaced !== undefined || assessment?.support.some(({ state }) => state.kind === 'ended')
  if (over === true || problems.length > 0) return palette.error
  return assessment?.outdated === true ? palette.warning : ''
}

function shortPin(digest: string | undefined): string {
  return digest === undefined ? '' : `@${digest.slice('sha256:'.length, 'sha256:'.length + 7)}`
}

/** The name as it is written, without tag and digest. */
function familiar({ text }: ImageUse): string {
  const [name = ''] = text.split('@', 1)
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function placeJson(use: ImageUse): { readonly [name: string]: Json } {
  const { line, column } = positionAt(use.at.source, use.at.span.start)
  const { reference } = use
  return {
    file: use.at.source.path,
    line,
    column,
    span: { start: use.at.span.start, end: use.at.span.end },
    at: formatLocation(use.at),
    via: use.via,
    written: use.written,
    image: use.text,
    ...(reference === undefined
      ? {}
      : {
          registry: reference.registry,
          repository: reference.repository,
          ...(reference.tag === undefined ? {} : { tag: reference.tag }),
          ...(reference.digest === undefined ? {} : { digest: reference.digest }),
        }),
  }
}

function assessmentJson({ use, assessment, problems }: Finding): { readonly [name: string]: Json } {
  if (assessment === undefined) return { skipped: use.skipped ?? '', outdated: false }
  const { moved, wanted, latest, severity, replaced, shortTerm } = assessment
  return {
    outdated: assessment.outdated,
    ...(severity === undefined ? {} : { severity }),
    ...(moved === undefined ? {} : { movedTo: moved }),
    ...(wanted === undefined ? {} : { wanted: { tag: wanted.tag, severity: wanted.severity } }),
    ...(latest === undefined ? {} : { latest: { tag: latest.tag, severity: latest.severity } }),
    ...(shortTerm === undefined ? {} : { withoutLongTermSupport: shortTerm }),
    support: assessment.support.map(({ of: { product, release }, state }) => ({
      product: product.name,
      release: release.name,
      state: state.kind,
      ...(release.end === undefined ? {} : { end: release.end }),
      ...(release.extended === undefined ? {} : { extended: release.extended }),
      ...('daysLeft' in state && state.daysLeft !== undefined ? { daysLeft: state.daysLeft } : {}),
      source: product.source,
    })),
    ...(replaced === undefined
      ? {}
      : {
          replaced: { what: replaced.what, ...(replaced.instead === undefined ? {} : { instead: replaced.instead }) },
        }),
    notes: assessment.notes,
    ...(problems.length === 0 ? {} : { problems }),
  }
}
