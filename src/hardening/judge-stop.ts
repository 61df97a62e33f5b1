import type { HardeningFinding } from './finding.ts'
import type { HardenedRun } from './hardened-run.ts'
import type { StopOutcome } from './observation.ts'

/** Why the container did not end when it was told to. */
export function judgeStop({ hardened: { stop }, lineOf, config }: HardenedRun): readonly HardeningFinding[] {
  if (stop === undefined || stop.exitCode !== undefined) return []
  const at = lineOf((config.Entrypoint ?? []).length > 0 ? 'ENTRYPOINT' : 'CMD') ?? lineOf('CMD')
  const { text, advice } = reasonOf(stop)
  const told = `does not end within ${stop.seconds} s of ${stop.signal}: ${text}`
  return [{ about: 'stop', grave: true, text: told, advice, ...(at === undefined ? {} : { at }) }]
}

const shells = /(^|\/)(ba|da|a|z|k)?sh$/

function reasonOf({ first, signal }: StopOutcome): { readonly text: string; readonly advice: readonly string[] } {
  if (first === undefined) return { text: 'it went on, and was killed', advice: [] }
  const name = first.argv.join(' ')
  const isShell = shells.test(first.argv[0] ?? '') || first.argv.slice(0, 2).join(' ').endsWith('busybox sh')
  if (isShell && first.children)
    return {
      text: `process 1 is the shell \`${name}\`, which passes no signal on to the program that it has started`,
      advice: ['write the exec form, CMD ["program", "argument"], or exec in front of the program'],
    }
  if (first.reaction === 'none')
    return {
      text: `process 1, \`${name}\`, has no handler for ${signal}, and the kernel does not end process 1 without one`,
      advice: [
        'handle the signal in the program, or start it by an init: ENTRYPOINT ["tini", "--"], docker run --init',
      ],
    }
  if (first.reaction === 'ignores')
    return {
      text: `process 1, \`${name}\`, ignores ${signal}`,
      advice: ['handle the signal, or name another one by STOPSIGNAL'],
    }
  return {
    text: `process 1, \`${name}\`, handles ${signal} and goes on`,
    advice: ['let it end open connections after some seconds, or allow more by --stop-timeout'],
  }
}
