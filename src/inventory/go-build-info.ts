import type { ElfHeader } from '../elf/index.ts'
import type { PackageFacts } from './package.ts'

/** A part of a file in bytes. */
export interface FilePart {
  readonly offset: number
  readonly length: number
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1')
const headerSize = 32
/** Set since Go 1.18: version and modules follow the header. Older programs hold pointers to them. */
const inlineFlag = 2
/** The modules stand between two marks of this length. */
const markSize = 16

/** How far the linker puts the block into the data segment at most; Go itself searches no further in large segments. */
const searched = 1 << 20

/** Where the build information of a Go program would be: the beginning of its first writable segment. */
export function goInfoPart({ segments, type }: ElfHeader): FilePart | undefined {
  if (type !== 'executable' && type !== 'shared') return undefined
  const data = segments.find(({ isWritable, size }) => isWritable && size >= headerSize)
  return data === undefined ? undefined : { offset: data.offset, length: Math.min(data.size, searched) }
}

/** Whether these bytes are worth keeping for `readGoBuildInfo`. */
export function holdsGoInfo(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(magic)
}

/**
 * The modules that the Go linker recorded (`go version -m`), and the standard library as `stdlib`: the main module only
 * where it has a version. Undefined when the bytes hold no such block, or one of Go before 1.18.
 */
export function readGoBuildInfo(bytes: Uint8Array): readonly PackageFacts[] | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = file.indexOf(magic)
  if (at < 0 || at + headerSize > file.length || ((file[at + 15] ?? 0) & inlineFlag) === 0) return undefined
  const version = readString(file, at + headerSize)
  if (version === undefined || version.text === '') return undefined
  const modules = readString(file, version.end)?.text ?? ''
  const number = /^go(\d\S*)/.exec(version.text)?.[1]
  const standard: PackageFacts[] = number === undefined ? [] : [{ type: 'golang', name: 'stdlib', version: number }]
  return [...standard, ...readModules(modules.slice(markSize, -markSize))]
}

/** Lines `mod`, `dep` and `=>` with path, version and checksum; `=>` replaces the line above it. */
function readModules(text: string): readonly PackageFacts[] {
  const found: PackageFacts[] = []
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t')
    if (kind === '=>') found.pop()
    if ((kind === 'mod' || kind === 'dep' || kind === '=>') && path !== '')
      found.push({ type: 'golang', name: path, version })
  }
  // A build of a working directory and a replacement by a directory have no version that others know.
  return found.filter(({ version }) => version !== '' && version !== '(devel)')
}

/** A string after its length as a varint. */
function readString(file: Buffer, start: number): { readonly text: string; readonly end: number } | undefined {
  let [length, at, shift] = [0, start, 1]
  for (; ; at += 1, shift *= 128) {
    const byte = file[at]
    if (byte === undefined || at - start > 4) return undefined
    length += (byte & 0x7f) * shift
    if (byte < 0x80) break
  }
  const end = at + 1 + length
  // Latin-1, because the marks are no UTF-8; module paths are ASCII.
  return end > file.length ? undefined : { text: file.toString('latin1', at + 1, end), end }
}
