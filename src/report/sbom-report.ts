import type { Component, Sbom } from '../sbom/index.ts'
import { paint, type Palette } from './palette.ts'
import { nearLine } from './scan-report.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** The packages of an image as a table, what only stages had below; lines without a final line feed. */
export function sbomText(sbom: Sbom, components: readonly Component[], palette: Palette): string[] {
  const own = components.filter(({ buildStage }) => buildStage === undefined)
  const built = components.filter(({ buildStage }) => buildStage !== undefined)
  const { skipped, stages, unknownStages = [] } = sbom
  return [
    ...table(own, ({ origin }) => origin),
    ...(stages === undefined ? [] : ['', paint(palette.strong, `Only in stages of the build: ${built.length}`)]),
    ...(built.length === 0 ? [] : table(built, ({ buildStage = '' }) => buildStage, 'STAGE')),
    ...unknownStages.map((one) => paint(palette.warning, visibleText(one))),
    ...skipped.map(({ path, reason }) => paint(palette.warning, visibleText(`/${path} is left out: ${reason}`))),
    '',
    countText(own),
  ]
}

const columns = [{ title: 'TYPE' }, { title: 'NAME' }, { title: 'VERSION' }]

function table(components: readonly Component[], kind: (one: Component) => string, title = 'ORIGIN'): string[] {
  const rows = components.map((one) => [one.type, one.name, one.version, kind(one), lineOf(one), placesOf(one)])
  return renderTable(
    [...columns, { title }, { title: 'LINE' }, { title: 'PLACE' }],
    rows.map((row) => row.map(visibleText)),
  )
}

/** The line that brought the first copy, and the one that made what that only copied. */
function lineOf({ places: [first] }: Component): string {
  const { source = '', maker } = first?.from ?? {}
  if (maker === undefined) return source
  return `${source} from ${maker.source === undefined ? maker.instruction : nearLine(maker.source, source)}`
}

function placesOf({ places }: Component): string {
  const [first, ...more] = places
  if (first === undefined) return ''
  const place = first.within === undefined ? `/${first.path}` : `/${first.path}!${first.within}`
  return more.length === 0 ? place : `${place} and ${more.length} more`
}

function countText(components: readonly Component[]): string {
  const count = (wanted: Component['origin']): number => components.filter(({ origin }) => origin === wanted).length
  const development = components.filter(({ isDevelopment }) => isDevelopment).length
  const parts = [`${count('os')} of the distribution`, `${count('application')} of applications`]
  const needless = development === 0 ? '' : `; ${development} for development only`
  return `${components.length} packages: ${parts.join(', ')}${needless}`
}
