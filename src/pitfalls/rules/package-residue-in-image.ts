import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { byLine, bytesOfNode, ownFiles, placeOfLine } from '../queries/image-files.ts'
import { residueAt } from '../../analysis/index.ts'
import { sizeText } from '../queries/size-text.ts'

/** Empty caches and their lock files are no waste. */
const least = 100_000

/** Indexes and caches of package managers that the finished image has. */
export const packageResidueInImage: Pitfall = {
  id: 'package-residue-in-image',
  summary: 'The image has no indexes and download caches of package managers: nobody reads them again.',
  severity: 'warning',
  level: 'image',
  profiles: ['decision', 'size', 'production'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.image === undefined) return []
  const residue = ownFiles(facts.image).flatMap(({ line, path, node }) => {
    const place = residueAt(path)
    return place === undefined || node.inode !== undefined ? [] : [{ line, ...place, bytes: bytesOfNode(node) }]
  })
  return [...byLine(residue)].flatMap(([line, files]) => {
    const places = new Map<string, { readonly what: string; readonly advice: string; bytes: number }>()
    for (const { directory, what, advice, bytes } of files) {
      const place = places.get(directory) ?? { what, advice, bytes: 0 }
      places.set(directory, place)
      place.bytes += bytes
    }
    return [...places]
      .filter(([, { bytes }]) => bytes >= least)
      .map(([directory, { what, advice, bytes }]) => ({
        at: placeOfLine(facts, line),
        message: `line ${line} leaves ${what} in the image: ${sizeText(bytes)} in /${directory}`,
        hint: advice,
        evidence: { diskBytes: bytes, path: `/${directory}`, by: line },
      }))
  })
}
