import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseDockerfile } from '../../dockerfile/index.ts'

/**
 * The directory that a Dockerfile is built from when nobody says which: the nearest one, from its own up to `top`, that has
 * everything it copies; without such a one the nearest that has the most of it. Undefined when none has anything.
 */
export function guessContext(file: string, text: string, top: string): string | undefined {
  const wanted = copiedPaths(text)
  const candidates = upwards(path.dirname(file), top)
  let best: { readonly directory: string; readonly count: number } | undefined
  for (const directory of candidates) {
    const count = wanted.filter((name) => existsSync(path.join(directory, name))).length
    if (count === wanted.length) return directory
    if (count > (best?.count ?? 0)) best = { directory, count }
  }
  return best?.directory
}

/** What is copied from the context under a plain name. */
function copiedPaths(text: string): readonly string[] {
  const { instructions } = parseDockerfile({ path: '', text })
  return instructions.flatMap((instruction): readonly string[] => {
    if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD') return []
    if (instruction.flags.some(({ key }) => key === 'from')) return []
    return instruction.sources.flatMap((word) => {
      const name = word.decoded ?? word.text
      return /[$*?[\]<"'\\]|:\/\/|^git@/.test(name) ? [] : [name]
    })
  })
}

function upwards(start: string, top: string): readonly string[] {
  const places = [start]
  let place = start
  while (place !== top && path.dirname(place) !== place) {
    place = path.dirname(place)
    places.push(place)
  }
  return place === top ? places : [start]
}
