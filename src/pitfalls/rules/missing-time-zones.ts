import { hasTimeZones } from '../../bases/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { isWithin } from '../queries/origins.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** A time zone that is asked for by its name, in an image that knows none. */
export const missingTimeZones: Pitfall = {
  id: 'missing-time-zones',
  summary:
    'An image that works with time zones has their database: without it a zone is not found, or is UTC in silence.',
  severity: 'warning',
  level: 'static',
  profiles: ['production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    if (hasTimeZones(final.base) !== false || final.end.env.has('ZONEINFO') || bringsZones(final)) return []
    const code = shippedCode(facts).find((one) => needsZones(facts, one))
    if (code !== undefined) return [hitOfCode(final, code)]
    const setting = settingOf(final)
    return setting === undefined ? [] : [hitOfSetting(final, setting)]
  },
}

/** A program of Go that asks for a zone and was not built with the zones in it. */
function needsZones({ project }: Facts, { what, contextDirectory, madeBy }: ShippedCode): boolean {
  if (what !== 'go' || project?.go.find(({ directory }) => directory === contextDirectory)?.needsZones !== true)
    return false
  return (
    madeBy?.command?.script.commands.some(({ args, variables }) =>
      /timetzdata/.test(`${args.join(' ')} ${variables.get('GOFLAGS') ?? ''}`),
    ) !== true
  )
}

/** ENV TZ=Europe/Berlin, for programs that take the zones of the system. */
function settingOf({
  history,
  end,
  base,
}: StageModel): { readonly step: StepModel; readonly zone: string } | undefined {
  const zone = end.env.get('TZ') ?? ''
  if (!/^(?!Etc\/)[A-Z][a-z]+\/[A-Za-z_/+-]+$/.test(zone)) return undefined
  const step = history.findLast(({ kind, pairs }) => kind === 'ENV' && pairs.some(({ name }) => name === 'TZ'))
  // Nothing says what is started here, or it has zones of its own: Node.js, Java, PHP.
  const { names } = installedPackages(history)
  const own = [...names].some((name) => /^(?:node|nodejs|npm|yarn|php|.*(?:jre|jdk)|java|mono|dotnet)/.test(name))
  const carries = history.some(({ transfer }) =>
    transfer?.sources.some(({ path }) => /node|java|jdk|jre|jlink|runtime|\.jar$/.test(path)),
  )
  const isBare = base.isEmpty || end.entrypoint !== undefined || end.cmd !== undefined
  return step === undefined || own || carries || !isBare ? undefined : { step, zone }
}

/** Whether the steps of a stage bring the database, or may do so. */
function bringsZones({ history }: StageModel): boolean {
  const { names, hasUnknown, hasRecommended } = installedPackages(history)
  // Many packages of Ubuntu bring it along: python3, php, postgresql-client.
  if (hasUnknown || hasRecommended || runsUnread(history)) return true
  if ([...names].some((name) => /^(?:tzdata|python3|php|postgresql|libc-bin|util-linux-tz|alpine-conf)/.test(name)))
    return true
  return history.some(({ transfer, command, kind }) => {
    if (kind === 'RUN')
      return command?.script.commands.some(({ args, program }) =>
        [program, ...args].some((word) => /zoneinfo|tzdata|localtime|setup-timezone/.test(word)),
      )
    return transfer?.sources.some(({ path }) => {
      const { destination } = transfer
      if (/zoneinfo|tzdata/.test(path) || /zoneinfo|tzdata/.test(destination) || path === '/') return true
      if (/^\/(?:usr|usr\/share)\/?$/.test(path)) return true
      return (
        destination === '/' &&
        transfer.from.kind !== 'context' &&
        !isWithin(path, '/usr') &&
        !/\.\w+$/.test(path) &&
        /root|image|fs|dist|install|export/.test(path)
      )
    })
  })
}

function hitOfCode({ base, at }: StageModel, { names, step }: ShippedCode): PitfallHit {
  return {
    at,
    message: `\`${names[0] ?? ''}\` (line ${step.line}) asks for a time zone by its name, and ${nameOf(base)} has no database of them: \`unknown time zone\``,
    hint: `${installHint(base.packageManager)}; or build the zones into the program: import _ "time/tzdata", or go build -tags timetzdata`,
    related: [{ note: 'the program', at: step.at }],
    evidence: { base: base.written },
  }
}

function hitOfSetting(
  { base }: StageModel,
  { step, zone }: { readonly step: StepModel; readonly zone: string },
): PitfallHit {
  return {
    at: step.at,
    message: `TZ is ${zone}, and ${nameOf(base)} has no database of time zones: programs go on with UTC and say nothing`,
    hint: installHint(base.packageManager),
    evidence: { base: base.written, zone },
  }
}

function nameOf({ isEmpty, written }: StageModel['base']): string {
  return isEmpty ? 'an empty image' : written
}

function installHint(manager: StageModel['base']['packageManager']): string {
  if (manager === 'apk') return 'apk add --no-cache tzdata'
  if (manager === 'apt') return 'apt-get install -y --no-install-recommends tzdata'
  return 'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo from a stage that has tzdata'
}
