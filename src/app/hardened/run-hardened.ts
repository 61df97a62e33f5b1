import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { resolveAccount } from '../../adapters/runtime/index.ts'
import { resolveInRoot, type TreeView } from '../../fileset/index.ts'
import {
  exposedPorts,
  type HardenedReport,
  type Identity,
  judgeHardened,
  type Place,
  wantsMore,
} from '../../hardening/index.ts'
import type { HistoryEntry, Platform, RuntimeConfig } from '../../oci/index.ts'
import { chosenImage } from '../images/chosen-image.ts'
import { containerCommand, type ContainerChanges } from '../images/container-command.ts'
import { parseTmpfs } from '../images/run-image.ts'
import { programFile } from '../program-files.ts'
import type { Session } from '../session.ts'
import type { ObserveJob } from '../worker/worker-methods.ts'
import { type HistoryOrigin, lastLineOf } from './last-line.ts'

export interface HardenedRequest extends Omit<ContainerChanges, 'hostname'> {
  readonly image: string
  readonly platform?: Platform
  /** `none` is a network of the container's own, with nobody else in it. */
  readonly network: 'none' | 'host'
  /** `TARGET[:size=BYTES]` */
  readonly tmpfs: readonly string[]
  /** `NAME:IP` */
  readonly extraHosts: readonly string[]
  /** How long it is watched, in milliseconds; absent: ten seconds, or as long as HEALTHCHECK lets it start. */
  readonly watch?: number
  /** Ends the watch once all that is expected of the container is there. */
  readonly untilReady: boolean
  /** Milliseconds that it has to end. */
  readonly stopTimeout: number
}

/** `nonroot` of distroless images, a number that no distribution gives away. */
const unprivileged = 65_532
const shortestWatch = 10_000
const longestStart = 60_000
const openStop = 2000
const healthInterval = 500
const healthTimeout = 5000

/**
 * Runs an image of the store as an ordinary user with a read-only root, no capabilities and no way to get any; writable is what
 * VOLUME and `tmpfs` name. Where that is refused something, it is run again with both, to see all that it wants. Each run
 * ends after its time, and nothing of it stays.
 */
export async function runHardened(
  session: Session,
  request: HardenedRequest,
  signal: AbortSignal,
): Promise<HardenedReport> {
  const image = await chosenImage(session, request.image, request.platform)
  const { config, history } = await session.store.images.config(image.id)
  await session.engine.prepare(image.layers, () => {}, signal)
  await session.call('warm', {}, { signal })
  const tree = session.layers.view(image.layers)
  const declared = request.user ?? config.User ?? ''
  const { user, identity } = userOf(tree, declared)
  const job = observeJob(request, { config, layers: image.layers, user })
  const hardened = await session.call('observe', job, { signal })
  const exposed = exposedPorts(config)
  const open = wantsMore({ hardened, exposed, config })
    ? await session.call('observe', { ...job, hardened: false, stopTimeout: openStop }, { signal })
    : undefined
  const writable = [...job.volumes, ...job.container.tmpfs.map(({ target }) => target)]
  const run = {
    config: { ...config, User: declared },
    image: { tree, identity, declared: writable },
    exposed,
    lineOf: placesIn(history, image.origins),
    hardened,
    ...(open === undefined ? {} : { open }),
  }
  const verdict = judgeHardened(run)
  return {
    image: request.image,
    passed: verdict.starts && verdict.serves && verdict.stops,
    ...verdict,
    user: { declared, ran: identity },
    watched: job.longest / 1000,
    hardened,
    ...(open === undefined ? {} : { open }),
  }
}

function placesIn(
  history: readonly HistoryEntry[],
  origins: readonly (HistoryOrigin | null)[],
): (keyword: string) => Place | undefined {
  return (keyword) => lastLineOf(keyword, history, origins)
}

/** Whoever is root here becomes somebody else. */
function userOf(tree: TreeView, declared: string): { readonly user: string; readonly identity: Identity } {
  const { uid, gid } = resolveAccount(declared, textOf(tree, '/etc/passwd'), textOf(tree, '/etc/group'))
  if (uid !== 0) return { user: declared, identity: { uid, gid } }
  return { user: `${unprivileged}:${unprivileged}`, identity: { uid: unprivileged, gid: unprivileged } }
}

function textOf(tree: TreeView, path: string): string {
  const found = resolveInRoot(tree, path)
  if (typeof found !== 'string' || tree.node(found)?.kind !== 'file') return ''
  return Buffer.from(tree.read(found)).toString('utf8')
}

function observeJob(
  request: HardenedRequest,
  image: { readonly config: RuntimeConfig; readonly layers: ObserveJob['container']['layers']; readonly user: string },
): ObserveJob {
  const { config, layers, user } = image
  const hostname = randomBytes(6).toString('hex')
  const health = healthOf(config)
  const { network, extraHosts } = request
  const command = containerCommand(config, { ...request, hostname, user })
  return {
    container: { layers, ...command, hostname, network, extraHosts, tmpfs: request.tmpfs.map(parseTmpfs) },
    hardened: true,
    volumes: Object.keys(config.Volumes ?? {}),
    tracer: programFile('tracer-thread'),
    exposed: exposedPorts(config),
    ...(health === undefined ? {} : { health }),
    longest:
      request.watch ??
      Math.max(shortestWatch, Math.min(milliseconds(config.Healthcheck?.StartPeriod) ?? 0, longestStart)),
    untilReady: request.untilReady,
    stopSignal: signalOf(config.StopSignal),
    stopTimeout: request.stopTimeout,
  }
}

/** Tried twice a second at least, because somebody waits, and given five to answer. */
function healthOf({ Healthcheck, Shell = ['/bin/sh', '-c'] }: RuntimeConfig): ObserveJob['health'] | undefined {
  const [kind, ...words] = Healthcheck?.Test ?? []
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') return undefined
  return {
    argv: kind === 'CMD' ? words : [...Shell, ...words],
    interval: Math.min(milliseconds(Healthcheck?.Interval) ?? healthInterval, healthInterval),
    timeout: Math.min(milliseconds(Healthcheck?.Timeout) ?? healthTimeout, healthTimeout),
  }
}

/** Of nanoseconds; 0 is docker's word for its default. */
function milliseconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined || nanoseconds === 0 ? undefined : nanoseconds / 1e6
}

/** `SIGQUIT`, `QUIT` or `3`; SIGTERM where it says nothing that is known here. */
function signalOf(text = ''): NodeJS.Signals {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`
  const entry = Object.entries(constants.signals).find(([known, number]) => known === name || String(number) === text)
  return (entry?.[0] ?? 'SIGTERM') as NodeJS.Signals
}
