import { mayHoldSecret } from '../../../core/index.ts'
import { parseDockerfile } from '../../../dockerfile/index.ts'
import type { Draft } from '../../../fixing/index.ts'
import type { Project } from '../../../project/index.ts'
import { openLayerTars } from '../../engine/tar-from-worker.ts'
import type { Session } from '../../session.ts'
import type { Trial } from './trial-build.ts'

/** Shorter values are found everywhere by chance. */
const shortest = 6

/**
 * Values that must not be in an image: of variables and arguments that are called like secrets, in the file and on the command
 * line, and the files of the context that hold credentials.
 */
export function secretValues(
  { text }: Draft,
  { buildArgs, project }: { readonly buildArgs: Readonly<Record<string, string>>; readonly project: Project },
): readonly string[] {
  const values: string[] = Object.entries(buildArgs).flatMap(([name, value]) => (mayHoldSecret(name) ? [value] : []))
  for (const one of parseDockerfile({ path: '', text }).instructions) {
    if (one.kind !== 'ENV' && one.kind !== 'ARG') continue
    for (const { key, value } of one.pairs) {
      const written = value?.text.replaceAll(/^["']|["']$/g, '') ?? ''
      if (mayHoldSecret(key.text) && !written.includes('$')) values.push(written)
    }
  }
  values.push(...project.secrets.flatMap(({ path }) => project.text(path)?.trim() ?? []))
  return [...new Set(values.filter((value) => value.length >= shortest))]
}

/** In how many layers and settings of the image some of the values are found. Layers of a base that is not unpacked are not read. */
export async function placesOf(session: Session, { image }: Trial, values: readonly string[]): Promise<number> {
  const needles = values.map((value) => Buffer.from(value))
  const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
  const config = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(image.config).toString())))
  const quoted = values.map((value) => Buffer.from(JSON.stringify(value).slice(1, -1)))
  let places = quoted.filter((needle) => config.includes(needle)).length
  for (const layer of image.layers) {
    if (session.layers.has(layer.id) && (await holds(tars.layer(layer), needles))) places += 1
  }
  return places
}

/** Chunks overlap by the longest value, so that none is missed at a border. */
async function holds(chunks: AsyncIterable<Uint8Array>, needles: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(0, ...needles.map(({ length }) => length - 1))
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const all = Buffer.concat([rest, chunk])
    if (needles.some((needle) => all.includes(needle))) return true
    rest = overlap === 0 ? Buffer.alloc(0) : all.subarray(-overlap)
  }
  return false
}
