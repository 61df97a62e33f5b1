import type { RuntimeConfig } from '../oci/index.ts'
import { deniedReads, deniedRights } from './denied-rights.ts'
import { deniedWrites } from './denied-writes.ts'
import type { HardeningFinding, Place } from './finding.ts'
import type { HardenedRun } from './hardened-run.ts'
import { judgeHealth } from './judge-health.ts'
import { judgeStop } from './judge-stop.ts'
import type { Port } from './observation.ts'

/** Whether an image runs with few rights, and what keeps it from that. */
export interface HardenedVerdict {
  readonly starts: boolean
  readonly serves: boolean
  readonly stops: boolean
  readonly findings: readonly HardeningFinding[]
}

/** `80/tcp` and the like; ranges and other protocols are left out. */
export function exposedPorts({ ExposedPorts }: RuntimeConfig): readonly Port[] {
  return Object.keys(ExposedPorts ?? {}).flatMap((text) => {
    const [, port = '', protocol = 'tcp'] = /^(\d+)(?:\/(tcp|udp))?$/.exec(text) ?? []
    return port === '' ? [] : [{ port: Number(port), protocol: protocol as Port['protocol'] }]
  })
}

/** Whether a second run that may do everything would tell more. */
export function wantsMore({
  hardened,
  exposed,
  config,
}: Pick<HardenedRun, 'hardened' | 'exposed' | 'config'>): boolean {
  if (hardened.problem !== undefined) return false
  const { starts, serves } = states({ hardened, exposed, config })
  const refused = hardened.calls.some(({ error, write, path, capability }) => {
    if (capability !== undefined) return true
    return error !== undefined && write === true && !/^\/(proc|sys|dev)(\/|$)/.test(path ?? '')
  })
  return !starts || !serves || refused || hardened.untraced !== undefined
}

/** The verdict with all findings, those first that keep the image from running so. */
export function judgeHardened(run: HardenedRun): HardenedVerdict {
  const { hardened, open, image } = run
  const { starts, serves } = states(run)
  const stops = hardened.ended === undefined ? hardened.stop?.exitCode !== undefined : starts && serves
  const failed = !starts || !serves
  const calls = [...hardened.calls, ...(open?.calls ?? [])]
  const denials = [
    ...deniedWrites(image, calls, open?.written ?? []),
    ...deniedRights(calls),
    ...deniedReads(calls, image.tree, image.identity),
  ]
  const findings = [
    ...judgeUser(run),
    ...judgeStart(run, starts, serves),
    // A refusal is the reason when nothing ran so that runs otherwise.
    ...denials.map((finding) => ({ ...finding, grave: failed && finding.about !== 'read', ...placeOf(run, finding) })),
    ...judgePorts(run),
    ...judgeHealth(run),
    ...judgeStop(run),
  ]
  return { starts, serves, stops, findings: findings.sort((a, b) => Number(b.grave) - Number(a.grave)) }
}

function states({ hardened, exposed, config }: Pick<HardenedRun, 'hardened' | 'exposed' | 'config'>): {
  readonly starts: boolean
  readonly serves: boolean
} {
  const { problem, ended, ports, health } = hardened
  const server = exposed.length > 0 || tests(config)
  if (problem !== undefined || (ended !== undefined && ended.exitCode !== 0)) return { starts: false, serves: false }
  // What names no port and has no check may be a command that does its work and ends.
  if (ended !== undefined) return { starts: true, serves: !server }
  const open = exposed.length === 0 || exposed.some((port) => ports.some((one) => isSame(one, port)))
  return { starts: true, serves: open && (health === undefined || health.healthy) }
}

function tests({ Healthcheck }: RuntimeConfig): boolean {
  const kind = Healthcheck?.Test?.[0]
  return kind !== undefined && kind !== 'NONE'
}

function judgeUser({ config, image, lineOf }: HardenedRun): readonly HardeningFinding[] {
  const user = (config.User ?? '').split(':', 1)[0] ?? ''
  if (user !== '' && user !== 'root' && user !== '0') return []
  const at = lineOf('USER')
  return [
    {
      about: 'user',
      grave: false,
      text: `runs as root; here it was run as ${image.identity.uid}`,
      advice: ['add USER with a name or number of the image that is not root, before the start command'],
      ...(at === undefined ? {} : { at }),
    },
  ]
}

function judgeStart(
  { hardened, open, lineOf }: HardenedRun,
  starts: boolean,
  serves: boolean,
): readonly HardeningFinding[] {
  const at = lineOf('ENTRYPOINT') ?? lineOf('CMD')
  const place = at === undefined ? {} : { at }
  const { problem, ended, readySeconds } = hardened
  if (problem !== undefined) return [{ about: 'start', grave: true, text: problem, advice: [], ...place }]
  if (!starts || (ended !== undefined && !serves)) {
    const both = open?.ended !== undefined && open.ended.exitCode === ended?.exitCode
    const advice = both ? ['with a writable root and capabilities it ends so, too: slipway run shows what it says'] : []
    const text = `ended after ${ended?.seconds ?? 0} s with exit code ${ended?.exitCode ?? 0}${starts ? ', before it served' : ''}`
    return [{ about: 'start', grave: true, text, advice, ...place }]
  }
  if (serves || readySeconds !== undefined) return []
  return open?.readySeconds === undefined
    ? []
    : [
        {
          about: 'start',
          grave: true,
          text: 'does not get ready; with a writable root and capabilities it does',
          advice: [],
          ...place,
        },
      ]
}

function judgePorts({ hardened, open, exposed, lineOf }: HardenedRun): readonly HardeningFinding[] {
  if (hardened.problem !== undefined || (hardened.ended !== undefined && hardened.ports.length === 0)) return []
  const at = lineOf('EXPOSE')
  const place = at === undefined ? {} : { at }
  const { ports } = hardened
  const unheard = exposed.filter((port) => !ports.some((one) => isSame(one, port)))
  const silent = unheard.map((port): HardeningFinding => {
    const otherwise = open?.ports.some((one) => isSame(one, port)) === true
    const text = `EXPOSE ${port.port}/${port.protocol}, and nothing listens there`
    const advice = otherwise
      ? ['it does with a writable root and capabilities']
      : ['name the port that is listened on, or remove it']
    return { about: 'port', grave: unheard.length === exposed.length, text, advice, ...place }
  })
  const unnamed = ports.filter(
    (port) => port.protocol === 'tcp' && !port.loopback && !exposed.some((one) => isSame(one, port)),
  )
  const hidden = ports.filter((port) => port.loopback && exposed.some((one) => isSame(one, port)))
  return [
    ...silent,
    ...unnamed.map(
      ({ port, protocol }): HardeningFinding => ({
        about: 'port',
        grave: false,
        text: `listens on ${port}/${protocol}, which no EXPOSE names`,
        advice: [`add EXPOSE ${port}, or have it listen on 127.0.0.1 if it is for the container alone`],
        ...place,
      }),
    ),
    ...hidden.map(
      ({ port, protocol }): HardeningFinding => ({
        about: 'port',
        grave: false,
        text: `listens on ${port}/${protocol} of 127.0.0.1 only: nobody outside the container reaches it`,
        advice: ['have it listen on 0.0.0.0 or ::'],
        ...place,
      }),
    ),
  ]
}

function isSame(one: Port, other: Port): boolean {
  return one.port === other.port && one.protocol === other.protocol
}

/** Whose line decides: USER for what is refused to a user. */
function placeOf({ lineOf }: HardenedRun, { about }: HardeningFinding): { readonly at?: Place } {
  const at = about === 'write' || about === 'read' ? lineOf('USER') : (lineOf('ENTRYPOINT') ?? lineOf('CMD'))
  return at === undefined ? {} : { at }
}
