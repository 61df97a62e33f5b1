import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Numbers below a bound, the same ones every time. */
export type Dice = (bound: number) => number

export function dice(seed: number): Dice {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % bound
  }
}

/** Text that compresses as source code does, about 4 to 1. */
export function sourceText(roll: Dice, size: number): Buffer {
  const words = Array.from({ length: 600 }, () =>
    Array.from({ length: 3 + roll(8) }, () => String.fromCharCode(97 + roll(26))).join(''),
  )
  const marks = [' ', '(', ')', '.', ' = ', ';\n', ', ', ' => ', '{\n  ', '}\n']
  const parts: string[] = []
  for (let length = 0; length < size; ) {
    const part = `${words[roll(words.length)]}${marks[roll(marks.length)]}`
    parts.push(part)
    length += part.length
  }
  return Buffer.from(parts.join('').slice(0, size))
}

/** Bytes that compress as programs do, about 4 to 3. */
export function programBytes(roll: Dice, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 4 + roll(12)) {
    const end = Math.min(size, at + 20 + roll(40))
    for (; at < end; at += 1) bytes[at] = roll(256)
  }
  return bytes
}

export interface Files {
  readonly directories: number
  readonly perDirectory: number
  /** Mean bytes of a file; they have from half as much to one and a half times that. */
  readonly mean: number
  readonly pool: Buffer
  /** Directories that lie in a directory together; all of them lie in the root without it. */
  readonly perGroup?: number
  /** Endings that the names of the files have in turn. */
  readonly endings?: readonly string[]
}

/** Writes files cut out of a pool, each with a first line of its own. */
export function writeFiles(root: string, files: Files): void {
  const { directories, perDirectory, mean, pool, perGroup, endings = [''] } = files
  const roll = dice(directories * 31 + perDirectory)
  for (let directory = 0; directory < directories; directory += 1) {
    const group = perGroup === undefined ? '' : `g${String(Math.floor(directory / perGroup)).padStart(2, '0')}`
    const path = join(root, group, `d${String(directory).padStart(4, '0')}`)
    mkdirSync(path, { recursive: true })
    for (let file = 0; file < perDirectory; file += 1) {
      const size = (mean >> 1) + roll(mean)
      const from = roll(pool.length - size)
      const first = Buffer.from(`// ${directory}/${file}\n`)
      writeFileSync(
        join(path, `f${file}${endings[file % endings.length]}`),
        Buffer.concat([first, pool.subarray(from, from + size)]),
      )
    }
  }
}
