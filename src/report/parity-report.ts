import type { Parity, PartialFile } from '../compare/index.ts'
import { clipToWidth } from './display-width.ts'
import type { DifferenceStyle } from './difference-style.ts'
import { counted, skippedLines, totalRows } from './image-totals.ts'
import { paint } from './palette.ts'
import { formatBytes } from './quantities.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

/** Directories that are named unless all files are wanted. */
const groupLimit = 16

/** The platforms of an image beside each other, then what only some of them have. */
export function parityText(parity: Parity, style: DifferenceStyle): string[] {
  const { images, filesOfPackages, same } = parity
  const sections = [
    totals(parity, style),
    foreign(parity, style),
    settings(parity, style),
    packages(parity, style),
    files(parity, style),
  ]
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section) => ['', ...section])
    .slice(1)
  const owned = `${counted(filesOfPackages, 'file')} of distribution packages ${filesOfPackages === 1 ? 'is' : 'are'} not on every platform, as the packages are built.`
  return [
    ...lines,
    ...(filesOfPackages === 0 ? [] : ['', owned]),
    ...(images.length === 1 ? ['', 'There is one platform only, so there is nothing to compare it with.'] : []),
    ...skippedLines(images),
    ...(same && images.length > 1 ? ['', 'The platforms have the same packages, files and settings.'] : []),
  ]
}

function totals({ images }: Parity, { palette }: DifferenceStyle): string[] {
  const columns = images.map(({ platform }) => ({ title: platform, align: 'right' }) as const)
  const name = visibleText(images[0]?.name ?? '')
  const [heading = '', ...lines] = renderTable([{ title: name, max: 40 }, ...columns], totalRows(images))
  return [paint(palette.strong, heading), ...lines]
}

function foreign({ foreign: programs }: Parity, { palette, allFiles }: DifferenceStyle): string[] {
  if (programs.length === 0) return []
  const shown = allFiles ? programs : programs.slice(0, groupLimit)
  const rows = shown.map(({ path, architecture, platform }) => [
    `  /${visibleText(path)}`,
    `${architecture} in ${platform}`,
  ])
  const title = paint(palette.error, 'Programs that do not run on their platform')
  return [`${title}: ${programs.length}`, ...table(rows), ...rest(programs.length - shown.length)]
}

function settings({ config, images }: Parity, { palette, width }: DifferenceStyle): string[] {
  if (config.length === 0) return []
  const lines = config.flatMap(({ name, values }) => [
    `  ${visibleText(name)}`,
    ...values.map((value, index) =>
      clipToWidth(`    ${images[index]?.platform ?? ''}: ${visibleText(value ?? '-')}`, width),
    ),
  ])
  return [`${paint(palette.strong, 'Configuration')}: ${counted(config.length, 'setting')} not the same`, ...lines]
}

function packages({ packages: different, images }: Parity, { palette }: DifferenceStyle): string[] {
  if (different.length === 0) return []
  const rows = different.map(({ type, name, versions }) => [
    `  ${type}`,
    visibleText(name),
    ...versions.map((list) => (list.length === 0 ? '-' : visibleText(list.join(', ')))),
  ])
  const columns = [{ title: '  TYPE' }, { title: 'PACKAGE' }, ...images.map(({ platform }) => ({ title: platform }))]
  const title = paint(palette.strong, 'Packages')
  return [`${title}: ${different.length} not the same`, ...renderTable(columns, rows)]
}

function files({ files: partial }: Parity, { palette, allFiles }: DifferenceStyle): string[] {
  if (partial.length === 0) return []
  const groups = allFiles ? partial.map(single) : byDirectory(partial)
  const shown = allFiles ? groups : groups.slice(0, groupLimit)
  const title = `${paint(palette.strong, 'Files')}: ${partial.length} not on every platform`
  return [title, ...table(shown), ...rest(groups.length - shown.length)]
}

function single({ path, platforms, size }: PartialFile): readonly string[] {
  return [`  ${platforms.join(', ')} only`, formatBytes(size), `/${visibleText(path)}`]
}

/** Files of one directory that the same platforms have, largest groups first. */
function byDirectory(partial: readonly PartialFile[]): readonly (readonly string[])[] {
  const groups = new Map<string, PartialFile[]>()
  for (const file of partial) {
    const key = `${file.platforms.join(', ')} ${file.path.slice(0, file.path.lastIndexOf('/') + 1)}`
    groups.set(key, [...(groups.get(key) ?? []), file])
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      if (group.length === 1) return [single(first)]
      const size = group.reduce((sum, file) => sum + file.size, 0)
      const directory = first.path.slice(0, first.path.lastIndexOf('/') + 1)
      const place = `/${visibleText(directory)} (${counted(group.length, 'file')})`
      return [[`  ${first.platforms.join(', ')} only`, formatBytes(size), place]]
    })
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = (rows[0] ?? []).map((_, index) => ({
    title: '',
    ...(index === 1 && (rows[0]?.length ?? 0) > 2 ? { align: 'right' as const } : {}),
  }))
  return renderTable(columns, rows).slice(1)
}

function rest(number: number): string[] {
  return number === 0 ? [] : [`  and ${number} more: --files`]
}
