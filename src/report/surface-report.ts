import type { BlamedStep, Surface, SurfaceItem } from '../analysis/index.ts'
import { paint, type Palette } from './palette.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

export interface SurfaceText extends Surface {
  readonly image: string
  readonly platform: string
}

/** More files of one kind are seldom read. */
const shown = 8

/** What an image offers, part by part with the lines that brought it; lines without a final line feed. */
export function surfaceText(surface: SurfaceText, { palette, all }: { palette: Palette; all: boolean }): string[] {
  const { image, platform, score, parts, items } = surface
  const counted = parts.filter(({ count }) => count > 0)
  const rows = counted.map(({ part, count, points }) => [titles[part], String(count), String(points)])
  const table = renderTable([{ title: 'SURFACE' }, { title: 'COUNT', ...right }, { title: 'POINTS', ...right }], rows)
  const sections = kinds.flatMap((kind) => sectionText(kind, items, { palette, all }))
  return [
    `${paint(palette.strong, visibleText(image))}  ${platform}  score ${score}`,
    configText(surface),
    ...(rows.length === 0 ? [] : ['', ...table]),
    ...sections,
  ]
}

/** Several images side by side: points of each part, then what only later ones have and what only the first has. */
export function surfacesText(surfaces: readonly SurfaceText[], palette: Palette): string[] {
  const [first] = surfaces
  if (first === undefined) return []
  const columns = [{ title: 'SURFACE' }, ...surfaces.map(({ image }) => ({ title: visibleText(image), ...right }))]
  const rows = first.parts
    .map(({ part }) => [titles[part], ...surfaces.map((surface) => cellOf(surface, part))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ''))
  const total = ['score', ...surfaces.map(({ score }) => String(score))]
  return [
    ...renderTable(columns, [...rows, total]),
    ...surfaces.slice(1).flatMap((other) => differenceText(first, other, palette)),
  ]
}

const right = { align: 'right' as const }

const titles: Readonly<Record<Surface['parts'][number]['part'], string>> = {
  root: 'starts as root',
  shell: 'shells',
  'package-manager': 'package managers',
  interpreter: 'interpreters',
  'network-tool': 'network tools',
  compiler: 'compilers',
  setuid: 'setuid programs',
  setgid: 'setgid programs',
  capability: 'file capabilities',
  'world-writable': 'world-writable',
  port: 'exposed ports',
  packages: 'packages',
}

const kinds = [
  'shell',
  'package-manager',
  'interpreter',
  'network-tool',
  'compiler',
  'setuid',
  'setgid',
  'capability',
  'world-writable',
] as const

function configText({ user, ports, packages }: SurfaceText): string {
  const who = user.isRoot ? `root${user.name === '' ? ' (no line has USER)' : ''}` : visibleText(user.name)
  const exposed = ports.length === 0 ? 'no exposed ports' : `exposes ${visibleText(ports.join(', '))}`
  return `user ${who}, ${exposed}, ${packages} ${packages === 1 ? 'package' : 'packages'}`
}

function sectionText(
  kind: SurfaceItem['kind'],
  items: readonly SurfaceItem[],
  { palette, all }: { palette: Palette; all: boolean },
): string[] {
  const those = items.filter((item) => item.kind === kind)
  if (those.length === 0) return []
  const rows = those.slice(0, all ? those.length : shown).map((item) => `  ${itemText(item)}`)
  const rest = those.length - rows.length
  const more = rest === 0 ? [] : [`  and ${rest} more: --all shows them`]
  return ['', paint(palette.strong, titles[kind]), ...rows, ...more]
}

function itemText({ path, also, detail, step }: SurfaceItem): string {
  const names =
    also.length === 0 ? '' : `, also ${also.slice(0, 3).map(asPath).join(', ')}${also.length > 3 ? ' …' : ''}`
  const what = detail === undefined ? '' : `: ${visibleText(detail)}`
  return `${asPath(path)}${what}${names}${placeText(step)}`
}

function placeText(step: BlamedStep | undefined): string {
  if (step === undefined) return ''
  const { source, line, text } = step
  if (source !== undefined && line !== undefined) return `  ${visibleText(`${source}:${line}`)}`
  return text === '' ? '' : `  ${visibleText(text.length > 50 ? `${text.slice(0, 49)}…` : text)}`
}

function asPath(path: string): string {
  return `/${visibleText(path)}`
}

function cellOf({ parts }: Surface, wanted: Surface['parts'][number]['part']): string {
  const { count = 0, points = 0 } = parts.find(({ part }) => part === wanted) ?? {}
  return count === 0 ? '' : `${count} (${points})`
}

function differenceText(first: SurfaceText, other: SurfaceText, palette: Palette): string[] {
  const keys = ({ items }: Surface): Set<string> => new Set(items.map(keyOf))
  const [had, has] = [keys(first), keys(other)]
  const gone = first.items
    .filter((item) => !has.has(keyOf(item)))
    .map((item) => `- ${titles[item.kind]} ${itemText(item)}`)
  const come = other.items
    .filter((item) => !had.has(keyOf(item)))
    .map((item) => `+ ${titles[item.kind]} ${itemText(item)}`)
  if (gone.length + come.length === 0) return []
  return ['', paint(palette.strong, `${visibleText(first.image)} to ${visibleText(other.image)}`), ...gone, ...come]
}

function keyOf({ kind, path, detail = '' }: SurfaceItem): string {
  return `${kind} ${path} ${detail}`
}
