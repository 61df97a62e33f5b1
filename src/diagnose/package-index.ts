import { gunzipSync } from 'node:zlib'
import { joinPath, type TreeView } from '../fileset/index.ts'
import { readBytes } from './distribution.ts'
import { decodeLz4 } from './lz4.ts'

const aptLists = 'var/lib/apt/lists'
const apkPlaces: readonly string[] = ['var/cache/apk', 'etc/apk/cache']

/** More than this of a list is not read: Debian's largest has 50 MB. */
const largest = 200_000_000

/** Whether `apt-get update` has left lists in this tree. */
export function hasAptLists(tree: TreeView): boolean {
  return aptListNames(tree).length > 0
}

/** Names of the packages in the lists of apt that lie in the tree; empty when there are none. */
export function aptPackages(tree: TreeView): readonly string[] {
  const names = aptListNames(tree).flatMap((name) => {
    const bytes = decoded(readBytes(tree, `/${joinPath(aptLists, name)}`))
    return bytes === undefined ? [] : linesAfter(bytes, 'Package: ')
  })
  return [...new Set(names)]
}

function aptListNames(tree: TreeView): readonly string[] {
  return tree.names(aptLists).filter((name) => /_Packages(\.lz4|\.gz)?$/.test(name))
}

/** Names of the packages in the indexes of apk that lie in the tree; empty when there are none. */
export function apkPackages(tree: TreeView): readonly string[] {
  const names = apkPlaces.flatMap((place) =>
    tree
      .names(place)
      .filter((name) => /^APKINDEX\..*\.tar\.gz$/.test(name))
      .flatMap((name) => linesAfter(decoded(readBytes(tree, `/${joinPath(place, name)}`)) ?? new Uint8Array(), 'P:')),
  )
  return [...new Set(names)]
}

function decoded(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined || bytes.length < 4) return undefined
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { maxOutputLength: largest })
    return decodeLz4(bytes) ?? bytes
  } catch {
    return undefined
  }
}

/** What follows a prefix at the beginning of lines. Searched in the bytes: a string of 50 MB would take four times as long. */
function linesAfter(bytes: Uint8Array, prefix: string): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wanted = `\n${prefix}`
  const found: string[] = []
  if (text.toString('latin1', 0, prefix.length) === prefix) found.push(lineAt(text, prefix.length))
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    found.push(lineAt(text, at + wanted.length))
  }
  return found
}

function lineAt(text: Buffer, start: number): string {
  const end = text.indexOf(10, start)
  return text.toString('latin1', start, end < 0 ? text.length : end)
}
