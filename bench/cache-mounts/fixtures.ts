import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TreeSpec, writeTree } from '../../test/kit/file-tree.ts'
import { startNpmRegistry } from '../../test/kit/npm-registry.ts'

/** An installation of packages that a server on the loopback interface has. */
export interface Fixture {
  readonly what: string
  /** Image to be assembled. */
  readonly base: string
  /** Lines of the Dockerfile before the installation. */
  readonly before: readonly string[]
  readonly files: TreeSpec
  /** Where its cache mounts are. */
  readonly targets: readonly string[]
  readonly install: string
  close(): Promise<void>
}

/** Milliseconds until a request is answered: a round trip, and what a server far away takes. */
const delay = 100
/** Bytes a millisecond of the link to the Debian archive. */
const linkSpeed = 5000

/** 250 npm packages of 40 kB, 10 MB in all. */
export async function npmFixture(): Promise<Fixture> {
  const packages = Array.from({ length: 250 }, (_, index) => ({
    name: `pack-${index}`,
    files: { 'index.js': 'module.exports = 1\n', 'data.bin': randomBytes(40_000) },
  }))
  const registry = await startNpmRegistry(packages, { delay })
  const project = registry.project({
    dependencies: packages.map(({ name }) => name),
    devDependencies: [],
    scripts: {},
  })
  const settings = `npm_config_registry=${registry.url} npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false`
  return {
    what: 'npm ci, 250 packages, 10 MB; each request takes 100 ms',
    base: 'node:20-slim',
    before: ['FROM node:20-slim', 'WORKDIR /app', `ENV ${settings}`, 'COPY package.json package-lock.json ./'],
    files: project,
    targets: ['/root/.npm'],
    install: 'npm ci --prefer-offline',
    close: () => registry.close(),
  }
}

/** 60 Debian packages of 500 kB, 30 MB in all, over a link of 5 MB/s. */
export async function aptFixture(directory: string): Promise<Fixture> {
  const names = Array.from({ length: 60 }, (_, index) => `pack-${index}`)
  const archive = join(directory, 'archive')
  mkdirSync(archive, { recursive: true })
  const index = names.map((name) => indexEntry(archive, name, makePackage(directory, archive, name))).join('\n')
  let linkFree = 0
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^\/(?:\.\/)?/, '')
    const body =
      name === 'Packages'
        ? Buffer.from(index)
        : /^pack-\d+\.deb$/.test(name)
          ? readFileSync(join(archive, name))
          : undefined
    // What is asked for side by side shares the link.
    linkFree = Math.max(linkFree, performance.now()) + (body?.length ?? 0) / linkSpeed
    setTimeout(
      () => {
        response.statusCode = body === undefined ? 404 : 200
        response.end(body)
      },
      delay + linkFree - performance.now(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const keep = `echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache`
  const sources = `rm -rf /etc/apt/sources.list.d && echo 'deb [trusted=yes] ${url} ./' > /etc/apt/sources.list`
  return {
    what: 'apt-get install, 60 packages, 30 MB at 5 MB/s; each request takes 100 ms',
    base: 'debian:bookworm-slim',
    before: ['FROM debian:bookworm-slim', `RUN rm -f /etc/apt/apt.conf.d/docker-clean && ${keep} && ${sources}`],
    files: {},
    targets: ['/var/cache/apt', '/var/lib/apt'],
    install: `apt-get update && apt-get install -y ${names.join(' ')}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function makePackage(directory: string, archive: string, name: string): string {
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: bench <bench@example.org>\nDescription: made up\n`
  const tree = writeTree(join(directory, name), {
    'DEBIAN/control': control,
    [`usr/share/${name}/data.bin`]: randomBytes(500_000),
  })
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, join(archive, `${name}.deb`)], {
    stdio: 'ignore',
  })
  return control
}

function indexEntry(archive: string, name: string, control: string): string {
  const content = readFileSync(join(archive, `${name}.deb`))
  const digest = createHash('sha256').update(content).digest('hex')
  return `${control}Filename: ./${name}.deb\nSize: ${content.length}\nSHA256: ${digest}\n`
}
