import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { Session } from '../session.ts'
import type { RunOutcome } from '../worker/worker-methods.ts'
import { attached, type ContainerOutside } from '../engine/attached.ts'
import { chosenImage } from './chosen-image.ts'
import { containerCommand, type ContainerChanges } from './container-command.ts'
import { type PublishedPort, publishPorts } from './published-ports.ts'

export interface RunRequest extends Omit<ContainerChanges, 'hostname'> {
  readonly image: string
  readonly platform?: Platform
  /** Absent: twelve digits, as docker has them. */
  readonly hostname?: string
  readonly network: 'default' | 'none' | 'host'
  readonly readonlyRoot: boolean
  /** `SOURCE:TARGET[:ro]` */
  readonly volumes: readonly string[]
  /** `TARGET[:size=BYTES]` */
  readonly tmpfs: readonly string[]
  readonly publish: readonly PublishedPort[]
  /** `NAME:IP` */
  readonly extraHosts: readonly string[]
  readonly stdin: boolean
  readonly terminal: boolean
}

export interface RunWorld extends ContainerOutside {
  readonly cwd: string
  readonly signal: AbortSignal
  /** For people: how ports can be reached, why the command did not start. */
  readonly notice: (sentence: string) => void
}

/**
 * Runs a container of an image of the store on the streams of this process and gives its exit code. What the container
 * changes outside its volumes is thrown away.
 */
export async function runImage(session: Session, request: RunRequest, world: RunWorld): Promise<RunOutcome> {
  const { signal } = world
  const image = await chosenImage(session, request.image, request.platform)
  const { config } = await session.store.images.config(image.id)
  const hostname = request.hostname ?? randomBytes(6).toString('hex')
  const command = containerCommand(config, { ...request, hostname })
  const volumes = request.volumes.map((text) => parseVolume(text, world.cwd))
  const tmpfs = request.tmpfs.map(parseTmpfs)
  if (request.network === 'none' && request.publish.length > 0)
    throw new SlipwayError('usage', 'a container without network has no ports to publish: --publish and --network none')
  await session.engine.prepare(image.layers, () => {}, signal)
  const ports = await publishPorts(request.publish)
  for (const sentence of ports.sentences) world.notice(sentence)
  try {
    const { network, readonlyRoot, extraHosts, stdin, terminal } = request
    const job = { layers: image.layers, ...command, hostname, network, readonlyRoot, volumes, tmpfs, extraHosts }
    return await attached(session, { ...world, terminal }, (size) =>
      session.call(
        'run',
        { ...job, stdin, terminal, ...size },
        { signal, onNote: (note) => note.kind === 'sentence' && world.notice(note.text) },
      ),
    )
  } finally {
    ports.close()
  }
}

interface Volume {
  readonly source: string
  readonly target: string
  readonly readonly: boolean
}

/** As docker, a directory of the host that is not there is made; a name without a slash would be a volume of docker's own. */
function parseVolume(text: string, cwd: string): Volume {
  const [source = '', target = '', options = '', ...more] = text.split(':')
  const bad = (reason: string, hint = 'write SOURCE:TARGET or SOURCE:TARGET:ro'): SlipwayError =>
    new SlipwayError('bad-option-value', `--volume ${text}: ${reason}`, { hint })
  if (target === '' || more.length > 0) throw bad('it is not SOURCE:TARGET[:ro]')
  if (!target.startsWith('/')) throw bad(`${target} is not absolute`)
  if (!/^[./~]/.test(source)) {
    throw new SlipwayError('unsupported', `--volume ${text}: named volumes are not supported`, {
      hint: `for a directory write ./${source}`,
    })
  }
  const words = options.split(',').filter((word) => word !== '')
  const unknown = words.find((word) => !['ro', 'rw', 'z', 'Z', 'rprivate', 'private'].includes(word))
  if (unknown !== undefined) throw bad(`the option ${unknown} is not known`)
  const full = path.resolve(cwd, source)
  if (!existsSync(full)) mkdirSync(full, { recursive: true })
  return { source: full, target, readonly: words.includes('ro') }
}

/** As docker's: `TARGET` or `TARGET:size=64m`; other options are those of mount(8) and not taken. */
export function parseTmpfs(text: string): { readonly target: string; readonly size: number; readonly mode: number } {
  const [target = '', options = ''] = text.split(':', 2)
  const match = /^(?:size=(\d+)([kmg]?))?$/i.exec(options)
  if (!target.startsWith('/') || match === null)
    throw new SlipwayError('bad-option-value', `--tmpfs ${text}: it is not TARGET[:size=BYTES]`)
  const power = ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase())
  return { target, size: Number(match[1] ?? 0) * 1024 ** power, mode: 0o1777 }
}
