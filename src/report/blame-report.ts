import type { BlamedPath, BlamedShare, BlamedStep } from '../analysis/index.ts'
import { paint, type Palette } from './palette.ts'
import { formatBytes } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

export interface BlameText {
  readonly image: string
  readonly traced: boolean
  readonly path?: BlamedPath
  readonly shares: readonly BlamedShare[]
}

/** Who made a path of an image, or all of it; lines without a final line feed. */
export function blameText(report: BlameText, palette: Palette): string[] {
  const { path, shares, traced } = report
  const untraced = 'This image was not built here and nothing is attached to it: files are the work of their layer.'
  return [
    ...(path === undefined ? [] : pathText(path, palette)),
    ...(path === undefined || path.kind === 'dir' ? sharesText(shares, palette) : []),
    ...(traced ? [] : ['', paint(palette.faint, untraced)]),
  ]
}

function pathText({ path, kind, size, linkname, steps }: BlamedPath, palette: Palette): string[] {
  const what = kind === 'file' ? formatBytes(size) : kind === 'symlink' ? `link to ${linkname ?? ''}` : nameOf(kind)
  const title = `${paint(palette.strong, visibleText(`/${path}`))}  ${visibleText(what)}`
  if (steps.length === 0) return [title, '  no layer states it: it is only there for what lies below', '']
  const rows = steps.map((step, at) => [placeOf(step), step.stage ?? '', didOf(step, at === steps.length - 1)])
  const [, ...lines] = renderTable([{ title: '' }, { title: '' }, { title: '' }], rows)
  return [title, ...lines.map((line) => `  ${line}`), ...(kind === 'dir' ? [''] : [])]
}

function nameOf(kind: BlamedPath['kind']): string {
  return kind === 'dir' ? 'directory' : kind
}

/** The instruction, and what the file was called where it was made. */
function didOf(step: BlamedStep, isLast: boolean): string {
  const { kind, text, path } = step
  if (kind === 'context')
    return `${path === undefined ? '' : `/${path} of `}the ${text === 'context' ? 'context' : `context ${text}`}`
  if (kind === 'base' && isLast && path !== undefined) return visibleText(`/${path} of ${text.replace(/^FROM /, '')}`)
  const made = isLast && path !== undefined ? `, as /${path}` : ''
  return visibleText(`${text}${made}`)
}

function sharesText(shares: readonly BlamedShare[], palette: Palette): string[] {
  const columns = [
    { title: 'SIZE', align: 'right' as const },
    { title: 'FILES', align: 'right' as const },
    { title: 'LINE' },
    { title: 'STAGE' },
    { title: 'MADE BY', max: 60 },
    { title: 'LARGEST', max: 50 },
  ]
  const rows = shares.map(({ steps, files, bytes, largest }) => {
    const maker = steps.at(-1)
    const [first] = largest
    return [
      formatBytes(bytes),
      String(files),
      steps.map(placeOf).filter(isNew).reverse().join(' → '),
      maker?.stage ?? '',
      visibleText(maker === undefined ? '' : didOf(maker, true)),
      first === undefined ? '' : visibleText(`/${first.path}`),
    ]
  })
  const [title = '', ...lines] = renderTable(columns, rows)
  return [paint(palette.strong, title), ...lines]
}

function isNew(place: string, at: number, all: readonly string[]): boolean {
  return place !== '' && all[at - 1] !== place
}

/** `Dockerfile:12`; nothing for what no line has made. */
function placeOf({ source, line, kind }: BlamedStep): string {
  if (source === undefined || line === undefined) return kind === 'context' ? 'context' : ''
  return visibleText(`${source}:${line}`)
}
