import { hash } from 'node:crypto'

/** A content digest in the OCI form `sha256:<64 lower-case hex>`. Parsed once at the border, trusted after. */
export type Digest = `sha256:${string}` & { readonly brand: 'Digest' }

const pattern = /^sha256:[0-9a-f]{64}$/

/** The digest that `text` spells, or undefined when it is not a sha256 digest in canonical form. */
export function parseDigest(text: string): Digest | undefined {
  return pattern.test(text) ? (text as Digest) : undefined
}

/** SHA-256 of the bytes (strings as UTF-8). */
export function digestOf(data: string | Uint8Array): Digest {
  return digestFromHex(hash('sha256', data, 'hex'))
}

/** Wraps 64 hex characters that a hash function has just produced. */
export function digestFromHex(hex: string): Digest {
  return `sha256:${hex}` as Digest
}

/** The 64 hex characters, as used in file names of an OCI layout. */
export function hexOf(digest: Digest): string {
  return digest.slice(7)
}
