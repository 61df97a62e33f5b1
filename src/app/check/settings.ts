import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { CheckSettings } from './parse-settings.ts'

export type { CheckSettings }

const settingsNames: readonly string[] = ['slipway.yaml', 'slipway.yml']

/** Reads settings for the Dockerfiles of one run, each file once. */
export interface SettingsReader {
  /** The nearest settings file upwards from a directory; undefined without one. Rejects with `config-invalid`. */
  near(directory: string): Promise<CheckSettings | undefined>
}

/** `file` (absolute) takes the place of what would be found. */
export function settingsReader({ cwd, file }: { readonly cwd: string; readonly file?: string }): SettingsReader {
  const read = new Map<string, Promise<CheckSettings>>()
  const places = new Map<string, string | undefined>()
  return {
    near: async (directory) => {
      const place = file ?? nearest(directory, places)
      if (place === undefined) return undefined
      const known = read.get(place) ?? readSettings(place, cwd)
      read.set(place, known)
      return known
    },
  }
}

function nearest(directory: string, known: Map<string, string | undefined>): string | undefined {
  if (known.has(directory)) return known.get(directory)
  const own = settingsNames.map((name) => path.join(directory, name)).find(isFile)
  const parent = path.dirname(directory)
  const found = own ?? (parent === directory ? undefined : nearest(parent, known))
  known.set(directory, found)
  return found
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true
}

async function readSettings(place: string, cwd: string): Promise<CheckSettings> {
  const shown = path.relative(cwd, place)
  let text: string
  try {
    text = readFileSync(place, 'utf8')
  } catch (cause) {
    throw new SlipwayError('config-invalid', `cannot read ${shown}: ${(cause as Error).message}`, { cause })
  }
  // Both libraries are loaded only where there are settings.
  const { parseSettings } = await import('./parse-settings.ts')
  return { directory: path.dirname(place), ...parseSettings({ path: shown, text }) }
}
