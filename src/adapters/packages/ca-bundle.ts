import { readFileSync } from 'node:fs'
import type { PlannedEntry } from '../../fileset/index.ts'
import { putFile, type RootTree } from './root-tree.ts'

const certificates = 'usr/share/ca-certificates/'

/**
 * Writes /etc/ssl/certs/ca-certificates.crt from the files of package ca-certificates: the certificates one after another
 * in the order of their names, which is what its update-ca-certificates(8) leaves when nothing is deselected.
 */
export function putCaBundle(tree: RootTree, shipped: readonly PlannedEntry[]): void {
  putFile(tree, 'etc/ssl/certs/ca-certificates.crt', Buffer.concat(shippedCertificates(shipped).map(({ pem }) => pem)))
}

/** The certificates that a package ships, by name; every PEM text ends with a line feed. */
export function shippedCertificates(
  shipped: readonly PlannedEntry[],
): readonly { readonly name: string; readonly pem: Buffer }[] {
  return shipped
    .filter((entry) => entry.kind === 'file' && entry.path.startsWith(certificates) && entry.path.endsWith('.crt'))
    .map((entry) => ({ name: entry.path.slice(certificates.length), pem: withLineFeed(contentOf(entry)) }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}

function contentOf(entry: PlannedEntry): Buffer {
  if (entry.from?.kind === 'inline') return Buffer.from(entry.from.data)
  return entry.from?.kind === 'host' ? readFileSync(entry.from.path) : Buffer.alloc(0)
}

function withLineFeed(pem: Buffer): Buffer {
  return pem.at(-1) === 0x0a ? pem : Buffer.concat([pem, Buffer.from('\n')])
}
