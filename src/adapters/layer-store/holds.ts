import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SlipwayError } from '../../core/index.ts'

/**
 * Who uses what of the store. A process writes what it is about to look at, as a path below the root, to `tmp/<owner>/held`
 * and looks afterwards, so that a prune that began before has taken it away and one that begins later knows. While a prune
 * moves things out of their places it keeps the file `tmp/pruning`, and whoever comes to hold something waits for its end:
 * what has been seen in its place stays there for as long as the process lives.
 */
export type Hold = (path: string) => void

/** A prune that stopped moving for so long is dead, whatever its file says; in milliseconds. */
const longestQuiet = 5000
/** A prune moves things for so long at most before it lets others in. */
const quietTime = 1000

/** Holds for the process of an owner name. Each path is written once; the file stays open for that. */
export function openHolds(root: string, owner: string): Hold {
  const held = new Set<string>()
  let file: number | undefined
  return (path) => {
    if (held.has(path)) return
    file ??= openHeld(root, owner)
    write(root, file, path)
    held.add(path)
  }
}

/** Holds one path. */
export function hold(root: string, owner: string, path: string): void {
  const file = openHeld(root, owner)
  try {
    write(root, file, path)
  } finally {
    closeSync(file)
  }
}

/** Returns when nothing is being moved away. */
function write(root: string, file: number, path: string): void {
  try {
    writeSync(file, `${path}\n`)
  } catch (error) {
    throw unwritable(join(root, 'tmp'), error)
  }
  const marker = pruningFile(root)
  for (const began = performance.now(); isFresh(marker) && performance.now() - began < longestQuiet; ) pause(2)
}

/** What the living processes hold. */
export function readHeld(root: string, isAlive: (owner: string) => boolean): ReadonlySet<string> {
  const held = new Set<string>()
  for (const owner of namesIn(join(root, 'tmp'))) {
    if (!isAlive(owner)) continue
    for (const path of readText(heldFile(root, owner)).split('\n')) if (path !== '') held.add(path)
  }
  return held
}

export interface QuietMoves {
  /** What must stay in its place: paths below the root. Asked when nobody can hold anything new. */
  keep(): ReadonlySet<string>
  /** Where to; a directory on the file system of the store, which is made. */
  readonly target: string
}

/**
 * Moves things of the store, each a list of paths below the root, out of their places, all but those of which a path is to be
 * kept. Returns where the paths of those that were moved lie now. One process does this at a time.
 */
export async function moveAway<T extends { readonly paths: readonly string[] }>(
  root: string,
  things: readonly T[],
  { keep, target }: QuietMoves,
): Promise<readonly { readonly thing: T; readonly moved: readonly string[] }[]> {
  await mkdir(target, { recursive: true, mode: 0o700 })
  const done: { readonly thing: T; readonly moved: readonly string[] }[] = []
  let next = 0
  while (next < things.length) {
    const marker = await beginQuiet(root)
    try {
      // Nothing is awaited from here on: a hold of this very process would wait for the end and keep it from coming.
      const kept = keep()
      const began = performance.now()
      for (; next < things.length && performance.now() - began < quietTime; next += 1) {
        const thing = things[next] as T
        if (thing.paths.some((path) => kept.has(path))) continue
        const moved = thing.paths.flatMap((path, part) => move(join(root, path), join(target, `${next}-${part}`)))
        done.push({ thing, moved })
      }
    } finally {
      rmSync(marker, { force: true })
    }
  }
  return done
}

function openHeld(root: string, owner: string): number {
  const file = heldFile(root, owner)
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    return openSync(file, 'a')
  } catch (error) {
    throw unwritable(file, error)
  }
}

function unwritable(file: string, cause: unknown): SlipwayError {
  const { code, message } = cause as NodeJS.ErrnoException
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  return new SlipwayError(isFull ? 'no-space' : 'store-unusable', `cannot write ${file}: ${message}`, {
    cause,
    hint: isFull ? 'make room with slipway cache prune' : 'choose another place with --root or SLIPWAY_ROOT',
  })
}

function move(from: string, to: string): readonly string[] {
  try {
    renameSync(from, to)
    return [to]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function beginQuiet(root: string): Promise<string> {
  const marker = pruningFile(root)
  for (;;) {
    try {
      writeFileSync(marker, '', { flag: 'wx' })
      return marker
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw error
    }
    if (isFresh(marker)) await sleep(10)
    else rmSync(marker, { force: true })
  }
}

function isFresh(marker: string): boolean {
  const made = statSync(marker, { throwIfNoEntry: false })?.mtimeMs
  return made !== undefined && Math.abs(Date.now() - made) < longestQuiet
}

/** Blocks the thread: what is done under a hold is synchronous in many places, and a prune is over in milliseconds. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

function heldFile(root: string, owner: string): string {
  return join(root, 'tmp', owner.split('/', 1)[0] ?? '', 'held')
}

function pruningFile(root: string): string {
  return join(root, 'tmp/pruning')
}

function namesIn(directory: string): readonly string[] {
  return whereThere(() => readdirSync(directory), [], directory)
}

function readText(file: string): string {
  return whereThere(() => readFileSync(file, 'utf8'), '', file)
}

/** Who cannot read what is held must not take it for nothing. */
function whereThere<T>(read: () => T, otherwise: T, path: string): T {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise
    throw new SlipwayError('store-unusable', `cannot read ${path}: ${(error as Error).message}`, { cause: error })
  }
}
