import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import {
  byLine,
  bytesOfNode,
  ownFiles,
  placeOfLine,
  somePaths,
  stepAtLine,
  type VisibleFile,
} from '../queries/image-files.ts'
import { residueAt } from '../../analysis/index.ts'
import { sizeText } from '../queries/size-text.ts'

/** A file of this size is pulled longer than many whole images. */
const leastOne = 10_000_000
/** The same for many small ones of one line. */
const leastAll = 50_000_000

/** Media and archives that are served or unpacked, and change on other days than the program. */
export const largeStaticAssets: Pitfall = {
  id: 'large-static-assets',
  summary: 'Large media and archives come from a store or a volume: in the image they are sent with every release.',
  severity: 'info',
  level: 'image',
  profiles: ['size'],
  peers: {},
  find,
}

const media = /\.(?:mp4|m4v|mov|avi|mkv|webm|mp3|wav|flac|ogg|aac|png|jpe?g|gif|webp|tiff?|bmp|psd|pdf)$/i
const archives = /\.(?:zip|tar|tgz|tar\.(?:gz|bz2|xz|zst)|7z|rar|iso)$/i
/** Packages bring what they need. */
const ofPackages = /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems)\//
/** Where programs of RUN put what packages of the system bring. */
const ofSystem = /^(?:usr\/(?!src\/|local\/src\/)|lib|var\/(?:lib|cache)\/|opt\/(?:conda|venv)\/)/

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.image === undefined) return []
  const assets = ownFiles(facts.image).filter((file) => isAsset(facts, file))
  return [...byLine(assets)].flatMap(([line, files]) => {
    const sized = files.map(({ path, node }) => ({ path, bytes: bytesOfNode(node) })).sort((a, b) => b.bytes - a.bytes)
    const sum = sized.reduce((total, { bytes }) => total + bytes, 0)
    const large = sized.filter(({ bytes }) => bytes >= leastOne)
    const told = sum >= leastAll ? sized : large
    if (told.length === 0) return []
    const bytes = told.reduce((total, one) => total + one.bytes, 0)
    return [
      {
        at: placeOfLine(facts, line),
        message: `line ${line} brings ${sizeText(bytes)} of media and archives into the image: ${somePaths(told.map(({ path }) => path))}`,
        hint: 'serve them from an object store or a volume, make them smaller, or unpack archives in a stage that is not shipped',
        evidence: { diskBytes: bytes, files: told.length, by: line },
      },
    ]
  })
}

function isAsset(facts: Facts, { path, line }: VisibleFile): boolean {
  if (!(media.test(path) || archives.test(path)) || ofPackages.test(path) || residueAt(path) !== undefined) return false
  return stepAtLine(facts, line)?.kind !== 'RUN' || !ofSystem.test(path)
}
