import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Digest, parseDigest } from '../../core/index.ts'

/** What a docker or podman has of an image. */
export interface HeldLayers {
  /**
   * Whether it unpacks layers and forgets their blobs, so that it does not matter how they were compressed. Docker with
   * containerd's image store keeps them, and does not say by which digests.
   */
  readonly unpacks: boolean
  /** Layers of the image, by diff id, that need not be in the archive. */
  readonly diffIds: ReadonlySet<Digest>
}

export interface LoadProgram {
  readonly program: 'docker' | 'podman'
  /** Arguments that choose the daemon. */
  readonly target: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const nothing: HeldLayers = { unpacks: false, diffIds: new Set() }

/** Asks which of these layers are there. A program that does not answer has nothing. */
export async function heldLayers(asked: LoadProgram, layers: readonly Digest[]): Promise<HeldLayers> {
  try {
    const ids = [...new Set(words(await say(asked, ['image', 'ls', '-aq', '--no-trunc'])))]
    if (ids.length > imageLimit) return nothing
    if (asked.program === 'podman') return heldByPodman(await stacksOf(asked, ids), layers)
    if (await keepsBlobs(asked)) return nothing
    return heldByDocker(await stacksOf(asked, ids), layers)
  } catch (error) {
    if (asked.signal.aborted) throw error
    return nothing
  }
}

/** A command line has room for some 1,800 ids of 71 bytes; asking in turns would take longer than sending. */
const imageLimit = 1000

/** With containerd's image store the state of the storage driver names its kind. */
async function keepsBlobs(asked: LoadProgram): Promise<boolean> {
  return (await say(asked, ['info', '-f', '{{json .DriverStatus}}'])).includes('io.containerd.snapshotter')
}

async function stacksOf(asked: LoadProgram, ids: readonly string[]): Promise<readonly (readonly Digest[])[]> {
  if (ids.length === 0) return []
  const text = await say(asked, ['image', 'inspect', '-f', '{{range .RootFS.Layers}}{{.}} {{end}}', ...ids])
  return text.split('\n').map((line) => words(line).flatMap((word) => parseDigest(word) ?? []))
}

/** Podman finds a layer by its diff id alone. */
function heldByPodman(stacks: readonly (readonly Digest[])[], layers: readonly Digest[]): HeldLayers {
  const all = new Set(stacks.flat())
  return { unpacks: true, diffIds: new Set(layers.filter((layer) => all.has(layer))) }
}

/** Docker knows a layer by all that lie below it, too. A diff id that is missing in one place is sent. */
function heldByDocker(stacks: readonly (readonly Digest[])[], layers: readonly Digest[]): HeldLayers {
  const chains = new Set(stacks.flatMap((stack) => stack.map((_, index) => stack.slice(0, index + 1).join(' '))))
  const isHeld = (_: Digest, index: number): boolean => chains.has(layers.slice(0, index + 1).join(' '))
  const missing = new Set(layers.filter((layer, index) => !isHeld(layer, index)))
  return { unpacks: true, diffIds: new Set(layers.filter((layer) => !missing.has(layer))) }
}

async function say({ program, target, env, signal }: LoadProgram, args: readonly string[]): Promise<string> {
  const options = { env, signal, timeout: 20_000, maxBuffer: 64 << 20 }
  const { stdout } = await promisify(execFile)(program, [...target, ...args], options)
  return stdout.toString()
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
