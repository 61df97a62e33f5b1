import { createHash } from 'node:crypto'
import type { PlannedEntry } from '../../fileset/index.ts'
import { shippedCertificates } from './ca-bundle.ts'
import { putFile, type RootTree } from './root-tree.ts'

/** Java's own default; it guards nothing, the store holds public certificates. */
const password = 'changeit'

/**
 * Writes /etc/ssl/certs/java/cacerts, where Debian's Java looks for trusted certificates. The package's script would make
 * it by running Java; this is the same JKS file without running anything.
 */
export function putJavaKeystore(tree: RootTree, authorities: readonly PlannedEntry[]): void {
  const entries = shippedCertificates(authorities).map(({ name, pem }) => ({
    alias: `debian:${name
      .replace(/^.*\//, '')
      .replace(/\.crt$/, '.pem')
      .toLowerCase()}`,
    certificate: Buffer.from(pem.toString('latin1').replace(/-----[A-Z ]+-----/g, ''), 'base64'),
  }))
  putFile(tree, 'etc/ssl/certs/java/cacerts', encodeJks(entries))
}

/** A JKS key store of trusted certificates (version 2), dated 1970 so that it depends on its content alone. */
function encodeJks(entries: readonly { readonly alias: string; readonly certificate: Uint8Array }[]): Buffer {
  const body = Buffer.concat([
    uint32(0xfeedfeed),
    uint32(2),
    uint32(entries.length),
    ...entries.flatMap(({ alias, certificate }) => [
      uint32(2),
      shortText(alias),
      Buffer.alloc(8),
      shortText('X.509'),
      uint32(certificate.length),
      certificate,
    ]),
  ])
  // The format's integrity check: SHA-1 over the password in UTF-16, a fixed phrase and the content.
  const seal = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(body)
    .digest()
  return Buffer.concat([body, seal])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A length of two bytes and the text, which is ASCII for all aliases of certificates but a few: those are UTF-8. */
function shortText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
