import { findNode, type LayerEntry } from '../../archive/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, ownFiles, placeOfLine, somePaths } from '../queries/image-files.ts'

/** Files and directories that every user of the container may change, and that the base does not have. */
export const worldWritableAdded: Pitfall = {
  id: 'world-writable-added',
  summary: 'Files of the image can be changed by those who are to change them, not by every user of the container.',
  severity: 'warning',
  level: 'image',
  profiles: ['security', 'production'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const { image } = facts
  if (image === undefined) return []
  const added = ownFiles(image).filter(({ path, node: { entry } }) => {
    const before = findNode(image.base, path)?.entry
    return isOpen(entry) && (before === undefined || !isOpen(before))
  })
  return [...byLine(added)].map(([line, files]) => ({
    at: placeOfLine(facts, line),
    message: `line ${line} leaves ${countOf(files.length)} that everybody may write: ${somePaths(files.map(({ path }) => path))}`,
    hint: 'give them to the user that writes them (COPY --chown, chown in the RUN that makes them) with mode 644 or 755; directories for all get the sticky bit (1777)',
    evidence: {
      by: line,
      count: files.length,
      paths: files
        .slice(0, 50)
        .map(({ path }) => `/${path}`)
        .join(' '),
    },
  }))
}

/** In directories with the sticky bit everybody may write his own files only. */
function isOpen({ kind, mode }: LayerEntry): boolean {
  if ((mode & 0o002) === 0) return false
  return kind === 'file' || (kind === 'dir' && (mode & 0o1000) === 0)
}

function countOf(count: number): string {
  return count === 1 ? 'one path' : `${count} paths`
}
