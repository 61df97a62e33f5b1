import { createHash } from 'node:crypto'

const lengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

/**
 * Whether a registry says of these bytes that they have a digest which they do not have. A digest of an algorithm that
 * nobody here can compute says nothing, and a text that is none at all is a contradiction.
 */
export function contradicts(header: string | undefined, bytes: Uint8Array): boolean {
  if (header === undefined) return false
  const [, algorithm = '', hex = ''] = /^([a-z0-9]+(?:[.+_-][a-z0-9]+)*):([0-9a-zA-Z=_-]+)$/.exec(header) ?? []
  const length = lengths[algorithm]
  if (length === undefined) return algorithm === ''
  return hex.length !== length || createHash(algorithm).update(bytes).digest('hex') !== hex
}
