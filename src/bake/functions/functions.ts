import { SlipwayError } from '../../core/index.ts'
import { refuse, type Value } from '../value.ts'
import { collectionFunctions } from './collections.ts'
import { encodingFunctions } from './encodings.ts'
import { numberFunctions } from './numbers.ts'
import { setFunctions } from './sets.ts'
import type { Builtin, FunctionWorld } from './signature.ts'
import { textFunctions } from './texts.ts'
import { timeFunctions } from './times.ts'

const offered: Readonly<Record<string, Builtin>> = {
  ...collectionFunctions,
  ...encodingFunctions,
  ...numberFunctions,
  ...setFunctions,
  ...textFunctions,
  ...timeFunctions,
}

/** Functions of buildx that are not offered: for them the error says so, in place of a guess at what was meant. */
const missing: ReadonlySet<string> = new Set([
  'bcrypt',
  'byteslen',
  'bytesslice',
  'cidrhost',
  'cidrnetmask',
  'cidrsubnet',
  'cidrsubnets',
  'rsadecrypt',
  'semvercmp',
  'uuidv4',
  'uuidv5',
])

export const functionNames: readonly string[] = [...Object.keys(offered), 'can', 'convert', 'try']

/** Calls a function that bake files have without defining it. Undefined when there is none of the name. */
export function callBuiltin(name: string, values: readonly Value[], world: FunctionWorld): Value | undefined {
  if (missing.has(name)) throw refuse(`${name} is a function of buildx that Slipway does not offer`)
  const builtin = Object.hasOwn(offered, name) ? offered[name] : undefined
  if (builtin === undefined) return undefined
  try {
    return builtin(values, world)
  } catch (error) {
    throw error instanceof SlipwayError ? refuse(`${name}: ${error.message}`) : error
  }
}
