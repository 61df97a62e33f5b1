import type { HardeningFinding } from './finding.ts'
import type { HardenedRun } from './hardened-run.ts'

const notFound: readonly (number | undefined)[] = [126, 127]

/** What HEALTHCHECK came to. */
export function judgeHealth({ hardened: { health }, lineOf, config }: HardenedRun): readonly HardeningFinding[] {
  if (health === undefined || health.healthy) return []
  const at = lineOf('HEALTHCHECK')
  const place = at === undefined ? {} : { at }
  const shell = config.Healthcheck?.Test?.[0] === 'CMD-SHELL'
  if (health.problem !== undefined) {
    const advice = [
      shell
        ? 'the image has no shell for it: write HEALTHCHECK CMD ["program", "argument"] with a program that the image has'
        : 'name a program that the image has, or bring it',
    ]
    return [{ about: 'health', grave: true, text: `HEALTHCHECK cannot be run: ${health.problem}`, advice, ...place }]
  }
  if (health.tries === 0) return []
  const said = health.output === '' ? '' : `: ${health.output.split('\n').slice(-3).join(' | ')}`
  const times = health.tries === 1 ? 'once' : `${health.tries} times`
  const result = health.exitCode === undefined ? 'takes too long' : `fails with ${health.exitCode}`
  const advice = notFound.includes(health.exitCode)
    ? ['install the program that it names, or use one that the image has']
    : ['see whether it asks the port that is listened on; it runs as the user of the container']
  return [{ about: 'health', grave: true, text: `HEALTHCHECK ${result}, tried ${times}${said}`, advice, ...place }]
}
