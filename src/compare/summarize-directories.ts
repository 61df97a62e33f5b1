import { compareNames } from '../archive/index.ts'
import type { FileDifference } from './compare-files.ts'

/** What differs at or below a path. */
export interface DirectorySummary {
  /** A file, `usr/lib/` for all below a directory, `usr/lib/*` for its files without those of directories in it. */
  readonly path: string
  readonly added: number
  readonly removed: number
  readonly changed: number
  /** By which the files have grown. */
  readonly bytes: number
}

interface Row {
  readonly directory: string
  /** Only what lies in the directory itself. */
  readonly isFlat: boolean
  readonly files: readonly FileDifference[]
}

/**
 * Differences summed by directory, in the order of paths: directories with many differences are split into what they
 * hold as long as there are no more than `limit` rows (at least 1).
 */
export function summarizeDirectories(files: readonly FileDifference[], limit: number): readonly DirectorySummary[] {
  let rows: readonly Row[] = files.length === 0 ? [] : [{ directory: '', isFlat: false, files }]
  for (let next = splitOne(rows, limit); next !== undefined; next = splitOne(rows, limit)) rows = next
  return rows.map(summaryOf).sort((a, b) => compareNames(a.path, b.path))
}

/** The rows with the largest one split that can be split within the limit. */
function splitOne(rows: readonly Row[], limit: number): readonly Row[] | undefined {
  const [best] = rows
    .map((row) => ({ row, parts: partsOf(row) }))
    .filter(({ parts }) => parts.length > 0 && rows.length - 1 + parts.length <= limit)
    .sort((a, b) => b.row.files.length - a.row.files.length)
  return best === undefined ? undefined : rows.flatMap((row) => (row === best.row ? best.parts : [row]))
}

function partsOf({ directory, isFlat, files }: Row): readonly Row[] {
  if (isFlat || files.length === 1) return []
  const start = directory === '' ? 0 : directory.length + 1
  const below = new Map<string, FileDifference[]>()
  const own: FileDifference[] = []
  for (const file of files) {
    const slash = file.path.indexOf('/', start)
    if (slash < 0) {
      own.push(file)
      continue
    }
    const child = file.path.slice(0, slash)
    const known = below.get(child)
    if (known === undefined) below.set(child, [file])
    else known.push(file)
  }
  if (below.size === 0) return []
  const directories = [...below].map(([child, inside]) => ({ directory: child, isFlat: false, files: inside }))
  return own.length === 0 ? directories : [...directories, { directory, isFlat: true, files: own }]
}

function summaryOf({ directory, isFlat, files }: Row): DirectorySummary {
  const count = (change: FileDifference['change']): number => files.filter((file) => file.change === change).length
  const [first] = files
  return {
    path:
      files.length === 1 && first !== undefined
        ? first.path
        : `${directory}${directory === '' ? '' : '/'}${isFlat ? '*' : ''}`,
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    bytes: files.reduce((sum, { before, after }) => sum + (after?.size ?? 0) - (before?.size ?? 0), 0),
  }
}
