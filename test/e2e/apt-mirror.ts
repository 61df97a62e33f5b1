import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { gunzipSync } from 'node:zlib'

/** A Debian mirror on the loopback interface. */
export interface AptMirror {
  /** To be used as the mirror of suite bookworm. */
  readonly url: string
  close(): void
}

/**
 * Serves the real archive to a test: what the test asks for is fetched by apt, into directories of its own. Undefined, with
 * the reason, when this machine has no apt or apt reaches no archive.
 */
export async function startAptMirror(
  architectures: readonly string[],
): Promise<AptMirror | { readonly reason: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-apt-'))
  const config = configure(directory, architectures)
  const update = spawnSync('apt-get', ['update', '--error-on=any'], {
    env: { ...process.env, APT_CONFIG: config },
    encoding: 'utf8',
  })
  if (update.status !== 0) {
    rmSync(directory, { recursive: true, force: true })
    return {
      reason: update.error === undefined ? `apt-get update failed: ${update.stderr}` : 'apt-get is not installed',
    }
  }
  const names = packageNames(directory)
  const mirrored = { directory, config, names, last: Promise.resolve() }
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', mirrored).then((body) => {
      response.statusCode = body === undefined ? 404 : 200
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`,
    close: () => {
      server.closeAllConnections()
      server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

interface Mirrored {
  readonly directory: string
  readonly config: string
  /** `name:architecture=version` by path in the pool. */
  readonly names: ReadonlyMap<string, string>
  last: Promise<unknown>
}

async function answer(url: string, mirror: Mirrored): Promise<Buffer | undefined> {
  const lists = join(mirror.directory, 'lists')
  if (url.endsWith('/InRelease')) return readFileSync(join(lists, listName(url)))
  // Packages is served as it is: apt keeps a compressed copy of its own, which is not the one that the index names.
  if (url.endsWith('/Packages')) return gunzipSync(readFileSync(join(lists, `${listName(url)}.gz`)))
  const spec = mirror.names.get(url.slice(1))
  if (spec === undefined) return undefined
  // One apt at a time: several would rebuild their common cache under each other's feet.
  const fetched = mirror.last.then(() => fetchPackage(spec, mirror))
  mirror.last = fetched
  return fetched
}

function listName(url: string): string {
  return `deb.debian.org${url.replaceAll('/', '_')}`
}

async function fetchPackage(spec: string, mirror: Mirrored): Promise<Buffer | undefined> {
  const cwd = mkdtempSync(join(mirror.directory, 'deb-'))
  const env = { ...process.env, APT_CONFIG: mirror.config }
  const child = spawn('apt-get', ['download', '-q', spec], { cwd, env, stdio: 'ignore' })
  await new Promise((resolve) => child.on('close', resolve))
  const [file] = readdirSync(cwd)
  return file === undefined ? undefined : readFileSync(join(cwd, file))
}

function packageNames(directory: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const file of readdirSync(join(directory, 'lists'))) {
    const [, archive, architecture] = /^deb\.debian\.org_([^_]+)_dists_.*_binary-([^_]+)_Packages\.gz$/.exec(file) ?? []
    if (archive === undefined) continue
    const text = gunzipSync(readFileSync(join(directory, 'lists', file))).toString('latin1')
    const fields = /^(Package|Version|Filename): (.*)$/gm
    let name = ''
    let version = ''
    for (const [, field, value = ''] of text.matchAll(fields)) {
      if (field === 'Package') name = value
      else if (field === 'Version') version = value
      else names.set(`${archive}/${value}`, `${name}${value.endsWith('_all.deb') ? '' : `:${architecture}`}=${version}`)
    }
  }
  return names
}

function configure(directory: string, architectures: readonly string[]): string {
  for (const name of ['lists/partial', 'cache/archives/partial', 'state'])
    mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, 'state/status'), '')
  const options = `[arch=${architectures.join(',')}]`
  const suites = ['debian bookworm', 'debian bookworm-updates', 'debian-security bookworm-security']
  writeFileSync(
    join(directory, 'sources.list'),
    suites.map((suite) => `deb ${options} http://deb.debian.org/${suite} main\n`).join(''),
  )
  const path = join(directory, 'apt.conf')
  writeFileSync(
    path,
    [
      `Dir::State "${directory}/state"; Dir::State::lists "${directory}/lists"; Dir::State::status "${directory}/state/status";`,
      `Dir::Cache "${directory}/cache"; Dir::Cache::pkgcache "pkgcache.bin"; Dir::Cache::srcpkgcache "srcpkgcache.bin";`,
      `Dir::Etc::sourcelist "${directory}/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::Etc::parts "/dev/null";`,
      `APT::Architectures { ${architectures.map((name) => `"${name}";`).join(' ')} }; APT::Sandbox::User "root";`,
      `Acquire::Languages "none"; Acquire::GzipIndexes "true"; Acquire::CompressionTypes::Order { "gz"; };`,
      `Acquire::IndexTargets::deb::Packages::KeepCompressedAs "gz";`,
      '',
    ].join('\n'),
  )
  return path
}
