import { createHash } from 'node:crypto'

/** A certificate as bytes, with the name it is compared by. */
export interface Certificate {
  readonly der: Uint8Array
  /** Hex sha256 of `der`. */
  readonly sha256: string
}

const block = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([\s\S]*?)-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g

/** The certificates of a PEM text, each once, in order. Other blocks and text between blocks are passed over. */
export function parsePem(text: string): readonly Certificate[] {
  const found = [...text.matchAll(block)].map(([, body = '']) => certificateOf(Buffer.from(body, 'base64')))
  return unique(found.filter(({ der }) => der[0] === 0x30))
}

/** The certificates without repetitions, first ones kept. */
export function unique(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.toReversed().map((one) => [one.sha256, one])).values()].toReversed()
}

/** PEM text with one block per certificate. */
export function renderPem(certificates: readonly Certificate[]): string {
  return certificates
    .map(
      ({ der }) =>
        `-----BEGIN CERTIFICATE-----\n${wrap(Buffer.from(der).toString('base64'))}-----END CERTIFICATE-----\n`,
    )
    .join('')
}

function wrap(text: string): string {
  return text.replace(/.{1,64}/g, '$&\n')
}

function certificateOf(der: Buffer): Certificate {
  return { der, sha256: createHash('sha256').update(der).digest('hex') }
}
