import { type MemoryFiles, memoryTree } from '../../../fileset/index.ts'
import type { ClosureImage, Follow, Followed } from '../../closure.ts'

export interface ImageSetting {
  readonly architecture?: string
  readonly env?: readonly string[]
}

/** An image of files in memory. */
export function imageOf(files: MemoryFiles, { architecture = 'amd64', env = [] }: ImageSetting = {}): ClosureImage {
  const view = memoryTree(files)
  return {
    platform: { os: 'linux', architecture },
    config: { Env: env },
    view,
    read: (path, { offset, length }) => view.read(path).subarray(offset, offset + length),
  }
}

export interface Start extends ImageSetting {
  readonly path: string
  readonly cwd?: string
}

/** What a follower finds when the image is started with `command`. */
export function following(follow: Follow, files: MemoryFiles, { path, cwd = 'app', ...setting }: Start) {
  return (command: string): Followed => {
    const env = Object.fromEntries(
      (setting.env ?? []).map((text) => text.split(/=(.*)/s).slice(0, 2) as [string, string]),
    )
    const found = follow({ path, argv: command.split(' '), cwd, env }, imageOf(files, setting))
    if (found === undefined) throw new Error(`nobody follows ${path}`)
    return found
  }
}

/** A program of 64 bits for amd64 that names a loader. */
export function programFor(interpreter: string): Uint8Array {
  const file = Buffer.alloc(256)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(3, 16)
  file.writeUInt16LE(0x3e, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56)
  file.writeUInt32LE(3, 64)
  file.writeBigUInt64LE(128n, 72)
  file.writeBigUInt64LE(BigInt(interpreter.length + 1), 96)
  file.write(`${interpreter}\0`, 128)
  return file
}

export const glibcProgram = programFor('/lib64/ld-linux-x86-64.so.2')
export const muslProgram = programFor('/lib/ld-musl-x86_64.so.1')

/** Gaps as short lines: `error module express`. */
export function gapLines({ gaps }: Pick<Followed, 'gaps'>): readonly string[] {
  return gaps.map(({ severity, kind, needs }) => `${severity} ${kind} ${needs}`)
}
