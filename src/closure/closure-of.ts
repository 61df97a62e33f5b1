import type { Closure, ClosureImage, Follow, StartInstruction } from './closure.ts'
import { checkDirectories } from './directories.ts'
import { checkTimeZone, checkTrust } from './features.ts'
import { type Findings, gatherFindings } from './findings.ts'
import { identityOf } from './identity.ts'
import { openWalk } from './start-program.ts'
import type { Walk } from './walk.ts'

/**
 * Follows an image from its ENTRYPOINT, CMD and HEALTHCHECK to everything that these need to run, and says what of that is missing.
 * What only a run can tell makes no gap. `followers` know the languages whose programs load more than ELF files. Never throws for
 * damaged files.
 */
export function closureOf(image: ClosureImage, followers: readonly Follow[]): Closure {
  const findings = gatherFindings()
  const walk = openWalk(image, findings, followers)
  const { config } = image
  const identity = identityOf(walk.root, findings, config.User ?? '')
  const env = environmentOf(config.Env ?? [])
  const cwd = (config.WorkingDir ?? '/').replace(/^\/+/, '')
  const start = (argv: readonly string[], instruction: StartInstruction): void =>
    walk.start({
      argv,
      cwd,
      env,
      ...(identity === undefined ? {} : { identity }),
      by: { instruction, severity: 'error' },
      depth: 0,
    })
  const entrypoint = config.Entrypoint ?? []
  const argv = [...entrypoint, ...(config.Cmd ?? [])]
  if (argv.length === 0) findings.doubt('the image starts nothing: it has neither ENTRYPOINT nor CMD')
  else start(argv, entrypoint.length > 0 ? 'ENTRYPOINT' : 'CMD')
  startHealthcheck(walk, start)
  checkWorld(walk, findings, { env, ...(identity === undefined ? {} : { identity }) })
  return findings.closure()
}

function startHealthcheck(
  { root }: Walk,
  start: (argv: readonly string[], instruction: StartInstruction) => void,
): void {
  const { config } = root.image
  const [kind, ...words] = config.Healthcheck?.Test ?? []
  if (kind === 'CMD') start(words, 'HEALTHCHECK')
  if (kind === 'CMD-SHELL') start([...(config.Shell ?? ['/bin/sh', '-c']), ...words], 'HEALTHCHECK')
}

function checkWorld(walk: Walk, findings: Findings, start: Parameters<typeof checkDirectories>[1]): void {
  if (findings.closure().reached.size === 0) return
  checkDirectories(walk, start)
  checkTrust(walk, start.env)
  checkTimeZone(walk, start.env)
}

/** The last assignment of a name counts. */
function environmentOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=')
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : []
    }),
  )
}
