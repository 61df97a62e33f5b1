import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { busybox } from '../../test/kit/busybox.ts'
import { dice, programBytes, sourceText, writeFiles } from './content.ts'

/** What a base image is made of: busybox in its first layer, and files. */
export interface BaseShape {
  readonly layers: number
  readonly directoriesPerLayer: number
  readonly filesPerDirectory: number
  readonly meanSize: number
}

/** Applets that the Dockerfiles of the benchmarks call. */
const applets = ['awk', 'cat', 'cp', 'ls', 'md5sum', 'mkdir', 'sh', 'sleep', 'tar', 'true']

/**
 * Makes an image and brings it into a registry: half of its files compress as text, half as programs. The layers are
 * compressed by gzip -6, so that no builder meets blobs of its own.
 */
export async function pushBase(registry: string, name: string, shape: BaseShape, scratch: string): Promise<string> {
  const pools = [sourceText(dice(3), 2_000_000), programBytes(dice(4), 2_000_000)]
  const layers = []
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const root = join(scratch, 'base')
    if (layer === 0) writeUserland(root)
    for (const [index, pool] of pools.entries())
      writeFiles(join(root, `usr/share/l${layer}/p${index}`), {
        directories: Math.ceil(shape.directoriesPerLayer / 2),
        perDirectory: shape.filesPerDirectory,
        mean: shape.meanSize,
        pool,
      })
    layers.push(packed(root))
    rmSync(root, { recursive: true })
  }
  return pushImage(registry, name, layers)
}

interface Layer {
  readonly diffId: string
  readonly blob: Buffer
}

function writeUserland(root: string): void {
  for (const directory of ['bin', 'tmp', 'etc']) mkdirSync(join(root, directory), { recursive: true })
  copyFileSync(busybox, join(root, 'bin/busybox'))
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet))
}

function packed(root: string): Layer {
  const fixed = ['--sort=name', '--mtime=@1700000000', '--numeric-owner', '--owner=0', '--group=0']
  const tar = execFileSync('tar', ['-C', root, ...fixed, '-c', '.'], { maxBuffer: 1 << 30 })
  return { diffId: digest(tar), blob: execFileSync('gzip', ['-6', '-n', '-c'], { input: tar, maxBuffer: 1 << 30 }) }
}

async function pushImage(registry: string, name: string, layers: readonly Layer[]): Promise<string> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    }),
  )
  for (const blob of [config, ...layers.map((layer) => layer.blob)]) await pushBlob(registry, name, blob)
  const described = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digest(bytes), size: bytes.length })
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: described('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(({ blob }) => described('application/vnd.oci.image.layer.v1.tar+gzip', blob)),
  }
  await put(`http://${registry}/v2/${name}/manifests/1`, Buffer.from(JSON.stringify(manifest)), mediaType)
  return `${registry}/${name}:1`
}

async function pushBlob(registry: string, name: string, bytes: Buffer): Promise<void> {
  const started = await fetch(`http://${registry}/v2/${name}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(started.headers.get('location') ?? '', started.url)
  location.searchParams.set('digest', digest(bytes))
  await put(location.href, bytes, 'application/octet-stream')
}

async function put(url: string, bytes: Buffer, type: string): Promise<void> {
  const body = new Uint8Array(bytes)
  const answer = await fetch(url, { method: 'PUT', headers: { 'content-type': type }, body })
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`)
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Where the layers of an image in a registry (`HOST:PORT/NAME:TAG`) can be had. */
export async function layerUrls(image: string): Promise<readonly string[]> {
  const [, host, name, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(image) ?? []
  const answer = await fetch(`http://${host}/v2/${name}/manifests/${tag}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  })
  const { layers } = (await answer.json()) as { layers: { digest: string }[] }
  return layers.map((layer) => `http://${host}/v2/${name}/blobs/${layer.digest}`)
}

/** The blobs of an OCI archive, for measuring what sending them takes at least. */
export function blobFiles(archive: string, into: string): readonly string[] {
  mkdirSync(into, { recursive: true })
  execFileSync('tar', ['-C', into, '-xf', archive])
  const index = JSON.parse(readFileSync(join(into, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
  const file = (name: string): string => join(into, 'blobs/sha256', name.replace('sha256:', ''))
  const manifest = JSON.parse(readFileSync(file(index.manifests[0]?.digest ?? ''), 'utf8')) as {
    config: { digest: string }
    layers: { digest: string }[]
  }
  return [manifest.config, ...manifest.layers].map((blob) => file(blob.digest))
}
