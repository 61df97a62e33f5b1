import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runSlipway } from './slipway.ts'

/** An image of a catalogue name, as such or for another platform, or one made from such by a Dockerfile that needs no context. */
export type TestBase = string | PackagedBase | DerivedBase

export interface PackagedBase {
  /** What FROM calls it. */
  readonly name: string
  /** Its catalogue name. */
  readonly of: string
  readonly platform: string
  readonly packages?: readonly string[]
}

export interface DerivedBase {
  /** What FROM calls it. */
  readonly name: string
  readonly dockerfile: string
  /** What the Dockerfile starts from. */
  readonly from: readonly TestBase[]
}

/** Compilers and interpreters that several tests want, installed with apt once per machine. */
export const cargoBase = aptBase('slipway-test/cargo', ['cargo', 'ca-certificates', 'gcc', 'libc6-dev'])
export const mavenBase = aptBase('slipway-test/maven', ['maven', 'default-jdk-headless', 'ca-certificates'])
/** What it takes to compile C and Rust for this machine and for arm64. */
export const crossBase: DerivedBase = {
  name: 'slipway-test/cross',
  from: [cargoBase],
  dockerfile: `FROM ${cargoBase.name}\nRUN dpkg --add-architecture arm64 && apt-get update && apt-get install -y --no-install-recommends make gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstd-rust-dev:arm64 && rm -rf /var/lib/apt/lists/*\n`,
}
export const pythonBase = aptBase('slipway-test/python', ['python3', 'python3-pip', 'ca-certificates', 'curl', 'wget'])

function aptBase(name: string, packages: readonly string[]): DerivedBase {
  return {
    name,
    from: ['debian:bookworm-slim'],
    dockerfile: `FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*\n`,
  }
}

/**
 * Fills a store, `root`, with these images. Each is made once per machine and version of the sources that make it, in the
 * directory SLIPWAY_TEST_CACHE (/var/tmp/slipway-test-cache); the store gets hard links, which is safe because layers are never
 * written to again. Returns why it cannot be done, for tests to skip: no network, no archive, no right to run the installation.
 */
export async function provideBases(root: string, bases: readonly TestBase[]): Promise<string | undefined> {
  const cache = path.join(cacheDirectory(), sourceVersion())
  mkdirSync(cache, { recursive: true })
  for (const base of bases) {
    const failure = await makeOnce(cache, base)
    if (failure !== undefined) return failure
  }
  for (const base of bases) copyImage(path.join(cache, 'root'), root, slugOf(base), cache)
  return undefined
}

function cacheDirectory(): string {
  return process.env.SLIPWAY_TEST_CACHE ?? '/var/tmp/slipway-test-cache'
}

/** Sources whose change may change a base or the form in which it is stored. */
const makers = [
  'adapters/packages',
  'app/bases',
  'adapters/layer-store/layer-files.ts',
  'adapters/blob-store/image-record.ts',
]

function sourceVersion(): string {
  const source = path.resolve(import.meta.dirname, '../../src')
  const files = makers.flatMap((maker) => {
    if (maker.endsWith('.ts')) return [maker]
    const names = readdirSync(path.join(source, maker), { recursive: true, encoding: 'utf8' }).sort()
    return names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => `${maker}/${name}`)
  })
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(path.join(source, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Makes the image unless it is there. Several test processes may want it: the first one makes it, the others wait. */
async function makeOnce(cache: string, base: TestBase): Promise<string | undefined> {
  const mark = path.join(cache, `${slugOf(base)}.json`)
  if (existsSync(mark)) return undefined
  if (typeof base !== 'string' && 'from' in base) {
    for (const from of base.from) {
      const failure = await makeOnce(cache, from)
      if (failure !== undefined) return failure
    }
  }
  const unlock = await lock(path.join(cache, 'lock'))
  try {
    if (existsSync(mark)) return undefined
    const root = path.join(cache, 'root')
    sharePackages(root)
    const made = await runSlipway(makingOf(base), {
      root,
      ...(typeof base !== 'string' && 'from' in base ? { input: base.dockerfile } : {}),
    })
    if (made.code !== 0) return `${nameOf(base)} cannot be made here: ${made.stderr.trim().slice(-2000)}`
    writeFileSync(`${mark}.new`, JSON.stringify({ id: made.stdout.trim() }))
    renameSync(`${mark}.new`, mark)
    return undefined
  } finally {
    unlock()
  }
}

function makingOf(base: TestBase): readonly string[] {
  if (typeof base === 'string') return ['base', '-q', base]
  if ('from' in base) return ['build', '-q', '-t', base.name, '-']
  const packages = (base.packages ?? []).flatMap((name) => ['-p', name])
  return ['base', '-q', base.of, '--platform', base.platform, '-t', base.name, ...packages]
}

/** Downloaded packages outlive a change of the sources. */
function sharePackages(root: string): void {
  const shared = path.join(cacheDirectory(), 'packages')
  mkdirSync(shared, { recursive: true })
  mkdirSync(root, { recursive: true, mode: 0o700 })
  if (!existsSync(path.join(root, 'packages'))) symlinkSync(shared, path.join(root, 'packages'))
}

/** A lock directory that names its owner; one whose owner is gone is taken over. */
async function lock(directory: string): Promise<() => void> {
  for (;;) {
    try {
      mkdirSync(directory)
      writeFileSync(path.join(directory, 'pid'), String(process.pid))
      return () => rmSync(directory, { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (isAbandoned(directory)) rmSync(directory, { recursive: true, force: true })
    else await sleep(250)
  }
}

function isAbandoned(directory: string): boolean {
  try {
    return !existsSync(`/proc/${readFileSync(path.join(directory, 'pid'), 'utf8')}`)
  } catch {
    // Between making the directory and writing the file there is only a moment.
    return Date.now() - (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000
  }
}

/** Takes an image with its layers and names over into another store. */
function copyImage(from: string, to: string, slug: string, cache: string): void {
  const { id } = JSON.parse(readFileSync(path.join(cache, `${slug}.json`), 'utf8')) as { readonly id: string }
  const hex = id.replace('sha256:', '')
  for (const directory of ['images/ids', 'images/names', 'blobs/sha256', 'layers'])
    mkdirSync(path.join(to, directory), { recursive: true, mode: 0o700 })
  const record = readFileSync(path.join(from, `images/ids/${hex}.json`), 'utf8')
  const names = readdirSync(path.join(from, 'images/names')).map((file) => `images/names/${file}`)
  for (const file of [`images/ids/${hex}.json`, `blobs/sha256/${hex}`, ...names])
    if (!file.includes('/names/') || readFileSync(path.join(from, file), 'utf8').includes(id))
      cpSync(path.join(from, file), path.join(to, file))
  for (const { id: layer } of (JSON.parse(record) as { readonly layers: readonly { readonly id: string }[] }).layers) {
    const target = path.join(to, 'layers', layer)
    if (existsSync(target)) continue
    linkTree(path.join(from, 'layers', layer), target)
  }
}

function linkTree(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' })
  } catch {
    // Another file system: bytes have to be copied.
    rmSync(to, { recursive: true, force: true })
    execFileSync('cp', ['-a', from, to])
  }
}

function nameOf(base: TestBase): string {
  return typeof base === 'string' ? base : base.name
}

/** A derived base is another one when its Dockerfile changes. */
function slugOf(base: TestBase): string {
  const name = nameOf(base).replace(/[^a-z0-9.-]/g, '_')
  if (typeof base === 'string') return name
  const made = 'from' in base ? base.dockerfile : JSON.stringify(base)
  return `${name}-${createHash('sha256').update(made).digest('hex').slice(0, 8)}`
}
