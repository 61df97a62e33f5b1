import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SlipwayError } from '../core/index.ts'

/**
 * Path of a bundled entry point (`worker`, `layer-thread`) in `dist/cli`: beside this file's bundle, above its chunk, or
 * where the library or the sources find it.
 */
export function programFile(name: string): string {
  const places = ['./', '../', '../../cli/', '../../dist/cli/'].map((up) =>
    fileURLToPath(new URL(`${up}${name}.js`, import.meta.url)),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined) throw new SlipwayError('internal', `the program is incomplete: ${name}.js is missing`)
  return found
}
