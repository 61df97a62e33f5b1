import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type HiddenFile, hiddenFiles } from '../../analysis/index.ts'
import { bytesOfLayers, placeOfLine, somePaths, stepAtLine } from '../queries/image-files.ts'
import { sizeText } from '../queries/size-text.ts'

/** Less is not worth a change, whatever the size of the image. */
const least = 1_000_000
/** What two lines hide of each other, as a part of the image. */
const leastShare = 0.05

/** Bytes of the image that nobody can see, since later lines overwrite or delete them. */
export const imageWaste: Pitfall = {
  id: 'image-waste',
  summary:
    'What a line writes is there in the end: what later lines overwrite or delete is sent and stored all the same.',
  severity: 'warning',
  level: 'image',
  profiles: ['decision', 'size', 'production'],
  peers: {},
  find,
}

/** What one line hides of another, or of the base. */
interface Waste {
  readonly from: number | undefined
  readonly by: number
  readonly how: HiddenFile['how']
  readonly files: HiddenFile[]
  bytes: number
}

function find(facts: Facts): readonly PitfallHit[] {
  const { image } = facts
  if (image === undefined) return []
  const pairs = new Map<string, Waste>()
  let sum = 0
  for (const file of hiddenFiles(image.layers)) {
    const [from, by] = [image.layers[file.layer]?.line, image.layers[file.by]?.line]
    if (by === undefined) continue
    const key = `${from} ${by} ${file.how}`
    const pair = pairs.get(key) ?? { from, by, how: file.how, files: [], bytes: 0 }
    pairs.set(key, pair)
    pair.files.push(file)
    pair.bytes += file.entry.size
    sum += file.entry.size
  }
  if (sum < leastShare * bytesOfLayers(image.layers)) return []
  return [...pairs.values()].filter(({ bytes }) => bytes >= least).map((pair) => hitOf(facts, pair))
}

function hitOf(facts: Facts, { from, by, how, files, bytes }: Waste): PitfallHit {
  const largest = files.toSorted((a, b) => b.entry.size - a.entry.size).map(({ entry }) => entry.path)
  const writer = from === undefined ? undefined : stepAtLine(facts, from)
  const verb = how === 'deleted' ? 'deletes' : 'writes again'
  const whose = from === undefined ? 'the base has' : `line ${from} has written`
  return {
    at: placeOfLine(facts, by),
    message: `line ${by} ${verb} ${sizeText(bytes)} that ${whose} (${somePaths(largest)}): the image keeps them in the older layer`,
    hint: hintFor(from, how),
    ...(writer === undefined ? {} : { related: [{ note: 'they are first stored here', at: writer.at }] }),
    evidence: { diskBytes: bytes, files: files.length, by, ...(from === undefined ? {} : { from }) },
  }
}

function hintFor(from: number | undefined, how: HiddenFile['how']): string {
  if (from === undefined)
    return how === 'deleted'
      ? 'start from a base without them: a later layer cannot take them out'
      : 'start from a newer or smaller base, so that there is nothing to write again'
  return how === 'deleted'
    ? `delete them in line ${from} itself, or leave them in a stage that is not shipped`
    : `let line ${from} write them as they are to be: content, owner and mode`
}
