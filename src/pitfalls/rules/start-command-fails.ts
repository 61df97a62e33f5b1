import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import type { RunFacts } from '../run-facts.ts'

/** A container of the image ends with an error as soon as it starts. */
export const startCommandFails: Pitfall = {
  id: 'start-command-fails',
  summary: 'The program of ENTRYPOINT and CMD starts and does not end with an error at once.',
  severity: 'error',
  level: 'run',
  profiles: ['decision', 'production'],
  peers: {},
  find,
}

const signals: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
}

/** Longer lines say nothing more to people. */
const longest = 200

function find({ run, image, final }: Facts): readonly PitfallHit[] {
  if (run === undefined || run.exitCode === undefined || run.exitCode === 0 || run.missedNetwork) return []
  const fromEntrypoint = (image?.config.Entrypoint ?? []).length > 0
  const step: StepModel | undefined = (fromEntrypoint ? final.end.entrypoint : undefined) ?? final.end.cmd
  return [
    {
      at: step?.at ?? final.at,
      message: messageOf(run, run.exitCode),
      hint:
        run.explanation ??
        'it was started as docker run IMAGE does, without network, volumes and further variables: let what it needs be in the image, or give it defaults',
      evidence: { command: run.argv.join(' '), exitCode: run.exitCode, seconds: run.seconds },
    },
  ]
}

function messageOf({ argv, lines }: RunFacts, exitCode: number): string {
  const signal = signals[exitCode]
  const how = `exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`
  const head = `the container ends at once with ${how}: ${JSON.stringify(argv)}`
  const said = lines.map((line) => line.trimEnd()).filter((line) => line !== '')
  if (said.length === 0) return `${head} says nothing`
  return [`${head} says`, ...said.map((line) => `  ${line.slice(0, longest)}`)].join('\n')
}
