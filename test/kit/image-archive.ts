import { execFileSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'

/** What an OCI archive with one image says and holds. */
export interface ImageArchive {
  /** The configuration as it is written. */
  readonly config: string
  /** Lowest first. */
  readonly layers: readonly { readonly names: readonly string[]; readonly bytes: Buffer; readonly transfer: number }[]
}

/** Reads an archive with the tar program, which is not ours. Layers may be plain or compressed with gzip. */
export function readImageArchive(file: string): ImageArchive {
  const member = (name: string): Buffer => tar(['-xOf', file, name])
  const json = (name: string): unknown => JSON.parse(member(name).toString('utf8'))
  const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`
  let { manifests } = json('index.json') as { manifests: { digest: string; mediaType?: string }[] }
  while (manifests[0]?.mediaType?.includes('index') === true)
    manifests = (json(blob(manifests[0].digest)) as { manifests: typeof manifests }).manifests
  const manifest = json(blob(manifests[0]?.digest ?? '')) as {
    config: { digest: string }
    layers: { digest: string; size: number }[]
  }
  return {
    config: member(blob(manifest.config.digest)).toString('utf8'),
    layers: manifest.layers.map(({ digest, size }) => {
      const stored = member(blob(digest))
      const bytes = stored[0] === 0x1f && stored[1] === 0x8b ? gunzipSync(stored) : stored
      const names = tar(['-tf', '-'], bytes).toString('utf8').split('\n').filter(Boolean)
      return { names, bytes, transfer: size }
    }),
  }
}

function tar(args: readonly string[], input?: Buffer): Buffer {
  return execFileSync('tar', [...args], { ...(input === undefined ? {} : { input }), maxBuffer: 2 ** 31 - 1 })
}
