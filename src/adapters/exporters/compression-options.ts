import { didYouMean, type SlipwayError } from '../../core/index.ts'

export type LayerFormat = 'gzip' | 'zstd' | 'uncompressed'

/** In what form layers are wanted. */
export interface CompressionOptions {
  readonly compression: LayerFormat
  readonly compressionLevel?: number
  /** Layers that have a blob of another form are packed again. */
  readonly forceCompression: boolean
}

/** Makes the error for a bad value, which says where that stands. */
export type Refuse = (reason: string, hint?: string) => SlipwayError

/** Reads `compression`, `compression-level` and `force-compression`. Throws what `refuse` makes. */
export function compressionOptions(options: ReadonlyMap<string, string>, refuse: Refuse): CompressionOptions {
  const compression = formatOption(options.get('compression') ?? 'gzip', refuse)
  const compressionLevel = level(compression, options.get('compression-level'), refuse)
  const forceCompression = truthOption(options, 'force-compression', refuse) ?? false
  return { compression, forceCompression, ...(compressionLevel === undefined ? {} : { compressionLevel }) }
}

/** The words that Go's strconv.ParseBool takes, as docker's command line does. Undefined when the key is not given. */
export function truthOption(options: ReadonlyMap<string, string>, key: string, refuse: Refuse): boolean | undefined {
  const value = options.get(key)
  if (value === undefined) return undefined
  if (['1', 't', 'T', 'true', 'True', 'TRUE'].includes(value)) return true
  if (['0', 'f', 'F', 'false', 'False', 'FALSE'].includes(value)) return false
  throw refuse(`${key} is true or false, not ${value}`)
}

function formatOption(value: string, refuse: Refuse): LayerFormat {
  const known = ['gzip', 'zstd', 'uncompressed']
  if (known.includes(value)) return value as LayerFormat
  throw refuse(`compression is gzip, zstd or uncompressed, not ${value}`, didYouMean(value, known))
}

/** As with BuildKit, 0 is gzip without compression, and the fastest zstd. */
function level(compression: LayerFormat, value: string | undefined, refuse: Refuse): number | undefined {
  if (value === undefined || compression === 'uncompressed') return undefined
  const highest = compression === 'gzip' ? 9 : 22
  if (/^\d+$/.test(value) && Number(value) <= highest) return Number(value)
  throw refuse(`compression-level for ${compression} is 0 to ${highest}, not ${value}`)
}
