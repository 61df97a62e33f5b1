import type { PackageFacts } from './package.ts'

const tags = { name: 1000, version: 1001, release: 1002, epoch: 1003, license: 1014, architecture: 1022, source: 1044 }
const typeOf = { number: 4, text: 6, translated: 9 }
/** An entry of the index: tag, type, offset and count, four bytes each, most significant first. */
const entrySize = 16
/** What rpm itself allows. */
const mostEntries = 0xffff

/**
 * The package of a header as the databases of rpm hold it: two counts, an index, and the values that it points to
 * (https://rpm-software-management.github.io/rpm/manual/format_header.html). Undefined for what is none, and for keys of
 * signers, which rpm lists like packages.
 */
export function readRpmHeader(blob: Buffer): PackageFacts | undefined {
  if (blob.length < 8) return undefined
  const [count, size] = [blob.readUInt32BE(0), blob.readUInt32BE(4)]
  const data = 8 + count * entrySize
  if (count > mostEntries || data + size > blob.length) return undefined
  const values = new Map<number, string | number>()
  for (let at = 8; at < data; at += entrySize) {
    const value = valueAt(blob, { type: blob.readUInt32BE(at + 4), at: data + blob.readUInt32BE(at + 8) })
    if (value !== undefined) values.set(blob.readUInt32BE(at), value)
  }
  const text = (tag: number): string => String(values.get(tag) ?? '')
  const [name, version, release] = [text(tags.name), text(tags.version), text(tags.release)]
  if (name === '' || version === '' || name === 'gpg-pubkey') return undefined
  const epoch = values.get(tags.epoch)
  const [architecture, license] = [text(tags.architecture), text(tags.license)]
  const source = sourceOf(text(tags.source))
  return {
    type: 'rpm',
    name,
    version: `${epoch === undefined ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`,
    ...(architecture === '' ? {} : { architecture }),
    ...(source === undefined ? {} : { source }),
    ...(license === '' ? {} : { licenses: [license] }),
  }
}

function valueAt(
  blob: Buffer,
  { type, at }: { readonly type: number; readonly at: number },
): string | number | undefined {
  if (type === typeOf.number) return at + 4 <= blob.length ? blob.readUInt32BE(at) : undefined
  if (type !== typeOf.text && type !== typeOf.translated) return undefined
  const end = blob.indexOf(0, at)
  return end < 0 ? undefined : blob.toString('utf8', at, end)
}

/** `bash-5.1.8-6.el9.src.rpm` */
function sourceOf(file: string): PackageFacts['source'] {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file) ?? []
  return name === undefined || version === undefined ? undefined : { name, version }
}
