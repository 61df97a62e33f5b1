import { createHash } from 'node:crypto'

const magic = 0xfeedfeed
const version = 2
const trustedCertificate = 2

/**
 * A Java key store (JKS) that holds trusted certificates (DER) and nothing else; every Java since 1.2 reads it. The
 * password only keys the integrity digest. Entries get the aliases `slipway-0`, `slipway-1`, … and no date.
 */
export function encodeJavaKeyStore(certificates: readonly Uint8Array[], password: string): Uint8Array {
  const entries = certificates.map((certificate, index) =>
    Buffer.concat([
      uint32(trustedCertificate),
      utf(`slipway-${index}`),
      Buffer.alloc(8),
      utf('X.509'),
      uint32(certificate.length),
      certificate,
    ]),
  )
  const body = Buffer.concat([uint32(magic), uint32(version), uint32(certificates.length), ...entries])
  // The phrase is part of the format: it is hashed between the password and the content.
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(body)
    .digest()
  return Buffer.concat([body, digest])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A string with its length in two bytes; ASCII only, where Java's modified UTF-8 is plain. */
function utf(text: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(text.length)
  return Buffer.concat([length, Buffer.from(text, 'ascii')])
}
