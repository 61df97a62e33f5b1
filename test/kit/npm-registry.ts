import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { tmpdir } from 'node:os'
import { type TreeSpec, writeTree } from './file-tree.ts'

export interface NpmPackage {
  readonly name: string
  readonly files: TreeSpec
  /** Programs: name and file. */
  readonly bin?: Readonly<Record<string, string>>
}

export interface NpmRegistry {
  readonly url: string
  /** package.json and package-lock.json of an application that needs these packages, all of version 1.0.0. */
  project(manifest: ProjectManifest): Record<'package.json' | 'package-lock.json', string>
  close(): Promise<void>
}

export interface ProjectManifest {
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
}

/** A registry on the loopback interface with these packages. `delay` in milliseconds is how far away it seems to be. */
export async function startNpmRegistry(
  packages: readonly NpmPackage[],
  { delay = 0 }: { readonly delay?: number } = {},
): Promise<NpmRegistry> {
  const tarballs = new Map(packages.map((item) => [item.name, pack(item)]))
  const server = createServer((request, response) => {
    const [, name = '', file] = (request.url ?? '').split('/')
    const tarball = tarballs.get(name)
    if (tarball === undefined) response.statusCode = 404
    const answer = (): unknown => response.end(file === undefined ? JSON.stringify(packument(name)) : tarball)
    if (delay === 0) answer()
    else setTimeout(answer, delay)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const integrity = (name: string): string =>
    `sha512-${createHash('sha512')
      .update(tarballs.get(name) ?? '')
      .digest('base64')}`
  const tarballUrl = (name: string): string => `${url}/${name}/${name}-1.0.0.tgz`
  const binOf = (name: string) => packages.find((item) => item.name === name)?.bin ?? {}
  const packument = (name: string): unknown => ({
    name,
    'dist-tags': { latest: '1.0.0' },
    versions: {
      '1.0.0': {
        name,
        version: '1.0.0',
        bin: binOf(name),
        dist: { tarball: tarballUrl(name), integrity: integrity(name) },
      },
    },
  })
  const project: NpmRegistry['project'] = ({ dependencies, devDependencies, scripts }) => {
    const pinned = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']))
    const head = { name: 'app', version: '1.0.0' }
    const wanted = { dependencies: pinned(dependencies), devDependencies: pinned(devDependencies) }
    const locked = (name: string) => ({
      version: '1.0.0',
      resolved: tarballUrl(name),
      integrity: integrity(name),
      bin: binOf(name),
    })
    const lock = {
      ...head,
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { ...head, ...wanted },
        ...Object.fromEntries(dependencies.map((name) => [`node_modules/${name}`, locked(name)])),
        ...Object.fromEntries(devDependencies.map((name) => [`node_modules/${name}`, { ...locked(name), dev: true }])),
      },
    }
    return {
      'package.json': JSON.stringify({ ...head, ...wanted, scripts }),
      'package-lock.json': JSON.stringify(lock),
    }
  }
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { url, project, close }
}

function pack({ name, files, bin = {} }: NpmPackage): Buffer {
  const dir = mkdtempSync(path.join(tmpdir(), 'slipway-npm-'))
  try {
    writeTree(path.join(dir, 'package'), { ...files, 'package.json': JSON.stringify({ name, version: '1.0.0', bin }) })
    execFileSync('tar', ['-C', dir, '-czf', path.join(dir, 'package.tgz'), 'package'])
    return readFileSync(path.join(dir, 'package.tgz'))
  } finally {
    rmSync(dir, { recursive: true })
  }
}
