import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { SlipwayError } from '../../core/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { BaseArchitecture, PackageOrigin } from './base-image.ts'
import { contentStore, unpackTar } from './content-store.ts'
import type { ArchiveOptions } from './debian-archive.ts'
import { compareDebianVersions } from '../../versions/index.ts'

/** Node.js as npm distributes it. */
export interface NodeFiles {
  readonly version: string
  /** The program and its licence; to be placed by giving them a path. */
  readonly binary: PlannedEntry
  readonly licence: PlannedEntry
  readonly origin: PackageOrigin
}

type NpmOptions = Pick<ArchiveOptions, 'cacheDir' | 'signal'>

/** The newest Node.js in a version range, for an architecture. npm checks the package's integrity. */
export async function nodeFiles(
  range: string,
  architecture: BaseArchitecture,
  options: NpmOptions,
): Promise<NodeFiles> {
  const name = `node-linux-${architecture === 'amd64' ? 'x64' : 'arm64'}`
  const packed = await npmPackage(`${name}@${await newestVersion(name, range, options)}`, options)
  const files = new Map(packed.files.map((entry) => [entry.path, entry]))
  const binary = files.get('bin/node')
  const licence = files.get('LICENSE')
  if (binary === undefined || licence === undefined) {
    throw new SlipwayError(
      'package-archive',
      `npm package ${name} ${packed.version} does not hold Node.js where it should be`,
    )
  }
  return {
    version: packed.version,
    binary: { ...binary, mode: 0o755 },
    licence,
    origin: { ...packed.origin, architecture },
  }
}

/** The files of package `npm` itself, as it lies in a lib/node_modules. */
export async function npmFiles(range: string, options: NpmOptions): Promise<NpmPackage> {
  return npmPackage(`npm@${await newestVersion('npm', range, options)}`, options)
}

export interface NpmPackage {
  readonly version: string
  readonly files: readonly PlannedEntry[]
  readonly origin: PackageOrigin
}

/** npm lists what satisfies a range like `20` in no order; releases compare like Debian versions without a revision. */
async function newestVersion(name: string, range: string, options: NpmOptions): Promise<string> {
  const answer = JSON.parse(await npm(['view', `${name}@${range}`, 'version', '--json'], options)) as unknown
  const versions = (Array.isArray(answer) ? answer : [answer]).filter(
    (version): version is string => typeof version === 'string' && /^[0-9.]+$/.test(version),
  )
  const newest = versions.toSorted(compareDebianVersions).at(-1)
  if (newest === undefined) throw new SlipwayError('package-archive', `npm has no ${name} ${range}`)
  return newest
}

async function npmPackage(spec: string, options: NpmOptions): Promise<NpmPackage> {
  const directory = join(options.cacheDir, 'npm')
  mkdirSync(directory, { recursive: true })
  const fresh = mkdtempSync(join(directory, 'pack-'))
  try {
    const answer = await npm(['pack', spec, '--json', '--ignore-scripts', '--pack-destination', fresh], options)
    const [packed] = JSON.parse(answer) as { name: string; version: string; filename: string; integrity: string }[]
    if (packed === undefined) throw new SlipwayError('package-archive', `npm packed nothing for ${spec}`)
    const { name, version, filename, integrity } = packed
    const path = join(directory, filename)
    renameSync(join(fresh, filename), path)
    const files = unpackTar(gunzipSync(readFileSync(path)), contentStore(options.cacheDir), () => true)
    const origin = {
      name,
      version,
      architecture: 'all',
      url: `https://www.npmjs.com/package/${name}/v/${version}`,
      checksum: integrity,
    }
    return { version, files: files.map(belowPackage), origin }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** npm packages begin with `package/`; owners and write bits of whoever packed them mean nothing. */
function belowPackage(entry: PlannedEntry): PlannedEntry {
  const mode = entry.kind === 'dir' || (entry.mode & 0o111) !== 0 ? 0o755 : 0o644
  return { ...entry, path: entry.path.replace(/^[^/]+\//, ''), uid: 0, gid: 0, mode }
}

/** npm knows the registry, its credentials, proxies and CAs from the user's configuration. Resolves to its output. */
function npm(args: readonly string[], options: NpmOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, npm_config_update_notifier: 'false', npm_config_loglevel: 'error' }
    const child = spawn('npm', [...args], { stdio: ['ignore', 'pipe', 'pipe'], env, signal: options.signal })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')))
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError') reject(new SlipwayError('cancelled', 'cancelled'))
      else
        reject(
          new SlipwayError('package-archive', 'cannot run npm, which fetches Node.js', {
            cause: error,
            hint: 'install npm',
          }),
        )
    })
    child.on('close', (code) => {
      if (code === 0) resolve(output)
      else
        reject(
          new SlipwayError('download-failed', `npm ${args.slice(0, 2).join(' ')} failed`, {
            notes: complaint.trim().split('\n').slice(-8),
          }),
        )
    })
  })
}
