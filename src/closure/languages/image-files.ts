import { elfHeadSize, readElf } from '../../elf/index.ts'
import { baseOf, joinPath, parentOf, resolveInRoot } from '../../fileset/index.ts'
import type { ClosureImage } from '../closure.ts'

/** The files of an image by the names that programs use: links are followed, answers are remembered. */
export interface ImageFiles {
  /** The regular file that a path leads to, links resolved. */
  file(path: string): string | undefined
  /** The directory that a path leads to, links resolved. */
  directory(path: string): string | undefined
  /** Names in the directory that a path leads to. */
  names(path: string): readonly string[]
  /** The content of a regular file; undefined when it cannot be had or is larger than 64 MiB. */
  bytes(path: string): Uint8Array | undefined
  text(path: string): string | undefined
  /** What a JSON file holds when it is an object. */
  json(path: string): Readonly<Record<string, unknown>> | undefined
}

/** The two C libraries that native modules are built for. */
export type LibC = 'glibc' | 'musl'

const largest = 64 << 20

export function imageFiles({ view, read }: Pick<ClosureImage, 'view' | 'read'>): ImageFiles {
  const directories = new Map<string, string>()
  const parsed = new Map<string, Readonly<Record<string, unknown>> | undefined>()
  const realDirectory = (path: string): string => {
    const known = directories.get(path)
    if (known !== undefined) return known
    const found = resolveInRoot(view, path)
    const real = typeof found === 'string' ? found : path
    directories.set(path, real)
    return real
  }
  const real = (path: string): string => {
    const at = joinPath(realDirectory(parentOf(path)), baseOf(path))
    if (view.node(at)?.kind !== 'symlink') return at
    const found = resolveInRoot(view, at)
    return typeof found === 'string' ? found : at
  }
  const ofKind = (path: string, kind: 'file' | 'dir'): string | undefined => {
    const at = real(path)
    return view.node(at)?.kind === kind ? at : undefined
  }
  const bytes = (path: string): Uint8Array | undefined => {
    const at = ofKind(path, 'file')
    const size = at === undefined ? undefined : view.node(at)?.size
    if (at === undefined || size === undefined || size > largest) return undefined
    return size === 0 ? new Uint8Array() : read(at, { offset: 0, length: size })
  }
  const text = (path: string): string | undefined => {
    const found = bytes(path)
    return found === undefined ? undefined : textOf(found)
  }
  return {
    file: (path) => ofKind(path, 'file'),
    directory: (path) => (path === '' ? '' : ofKind(path, 'dir')),
    names: (path) => view.names(real(path)),
    bytes,
    text,
    json: (path) => {
      if (!parsed.has(path)) parsed.set(path, jsonObject(text(path)))
      return parsed.get(path)
    },
  }
}

/** The C library of a program by the loader it names; undefined for static programs and scripts. */
export function libcOf({ read }: Pick<ClosureImage, 'read'>, program: string): LibC | undefined {
  const head = read(program, { offset: 0, length: elfHeadSize })
  const interpreter = head === undefined ? undefined : readElf(head)?.interpreter
  if (interpreter === undefined) return undefined
  return interpreter.includes('ld-musl') ? 'musl' : 'glibc'
}

/** A path as a program writes it, from its working directory, without leading slash. Links stay. */
export function pathFrom(directory: string, path: string): string {
  const parts = path.startsWith('/') ? [] : directory.split('/').filter((part) => part !== '')
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** A directory and those above it, nearest first, the root last. */
export function* upwards(directory: string): Generator<string> {
  for (let at = directory; at !== ''; at = parentOf(at)) yield at
  yield ''
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}

function jsonObject(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A value of a JSON document when it is an object. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
