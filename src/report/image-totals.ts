import type { ImageDifference, ImageTotals } from '../compare/index.ts'
import { formatBytes } from './quantities.ts'
import { visibleText } from './visible-text.ts'

/** What is shown of images beside each other: a title, and a cell for each. */
export function totalRows(images: readonly ImageTotals[]): readonly (readonly [string, ...string[]])[] {
  const transfer = images.some((image) => image.transfer !== undefined)
  const row = (title: string, cell: (image: ImageTotals) => string): readonly [string, ...string[]] => [
    title,
    ...images.map(cell),
  ]
  return [
    row('layers', (image) => String(image.layers)),
    row('disk', (image) => formatBytes(image.disk)),
    ...(transfer
      ? [row('transfer', (image) => (image.transfer === undefined ? '-' : formatBytes(image.transfer)))]
      : []),
    row('packages', (image) => String(image.packages)),
    row('files', (image) => String(image.files)),
  ]
}

/** A title, a cell for each of two images, and by how much they differ. */
export function comparedRows({ before, after, sharedLayers }: ImageDifference): readonly (readonly string[])[] {
  const bytes = (from: number | undefined, to: number | undefined): string =>
    from === undefined || to === undefined ? '' : signedBytes(to - from)
  const changes: Readonly<Record<string, string>> = {
    layers: `${sharedLayers} shared`,
    disk: bytes(before.disk, after.disk),
    transfer: bytes(before.transfer, after.transfer),
    packages: signedNumber(after.packages - before.packages),
    files: signedNumber(after.files - before.files),
  }
  const platforms = before.platform === after.platform ? [] : [['platform', before.platform, after.platform]]
  return [...platforms, ...totalRows([before, after]).map((row) => [...row, changes[row[0]] ?? ''])]
}

/** Records of packages that were not read, one line each; packages in them are missing from what is shown. */
export function skippedLines(images: readonly ImageTotals[]): string[] {
  const lines = images.flatMap(({ name, skipped }) =>
    skipped.map(({ path, reason }) => `not read in ${visibleText(name)}: /${visibleText(path)}: ${reason}`),
  )
  return lines.length === 0 ? [] : ['', ...new Set(lines)]
}

/** A signed amount: `+1.2MB`, `-3kB`, `±0`. */
export function signedBytes(bytes: number): string {
  if (bytes === 0) return '±0'
  return `${bytes > 0 ? '+' : '-'}${formatBytes(Math.abs(bytes))}`
}

/** A signed number: `+12`, `-3`, `±0`. */
export function signedNumber(number: number): string {
  if (number === 0) return '±0'
  return number > 0 ? `+${number}` : String(number)
}

/** `1 file`, `12 files`. */
export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
