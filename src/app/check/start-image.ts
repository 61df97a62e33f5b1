import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { redactUrls } from '../../adapters/context/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { explainFailure, type FailedStep, missedServer } from '../../diagnose/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { ImageFacts, RunFacts } from '../../pitfalls/index.ts'
import { machinePlatform } from '../build/plan-request.ts'
import { describeMachine } from '../describe-machine.ts'
import { type ContainerCommand, containerCommand, unattended } from '../images/container-command.ts'
import type { Session } from '../session.ts'
import { logTail } from '../worker/log-tail.ts'
import type { RunOutcome } from '../worker/worker-methods.ts'

/** What fails for want of a file, a library or a variable does so within seconds; a JVM needs five of them to say so. */
const longest = 10_000

/** As many as the error of a failed step shows. */
const shownLines = 20

/** Enough to hold the first line of a message that a page of advice follows. */
const explainedLines = 200

const hostname = 'slipway-check'

/**
 * Starts an image as `slipway run` does, with no network, volumes, ports and input, looks for ten seconds at most how it fares,
 * and kills it then. Undefined when the image starts nothing. Rejects with `platform-unavailable` when this machine cannot run
 * its programs, and when `signal` says so.
 */
export async function startImage(
  session: Session,
  image: ListedImage,
  { facts, signal }: { readonly facts: ImageFacts; readonly signal: AbortSignal },
): Promise<RunFacts | undefined> {
  const { Entrypoint, Cmd } = facts.config
  if ((Entrypoint ?? []).length + (Cmd ?? []).length === 0) return undefined
  const command = containerCommand(facts.config, { command: [], env: [], hostname })
  await session.engine.prepare(image.layers, () => {}, signal)
  // The first container waits until it is known how to isolate it, which is none of its own time.
  await session.call('warm', {}, { signal })
  const { outcome, seconds, lines } = await watched(session, { image, command, signal })
  if (outcome?.problem !== undefined && image.platform.architecture !== machinePlatform().architecture)
    throw new SlipwayError(
      'platform-unavailable',
      `the image is for ${formatPlatform(image.platform)}, and what it starts cannot be run on this machine`,
      { hint: outcome.problem },
    )
  const shown = { argv: command.argv, seconds, lines: lines.slice(-shownLines) }
  if (outcome === undefined) return { ...shown, missedNetwork: false }
  const { exitCode, problem } = outcome
  const step = failedStep({ command, exitCode, lines, facts })
  const missedNetwork = missedServer(step)
  const explanation = exitCode === 0 || missedNetwork ? undefined : (problem ?? explained(step))
  return { ...shown, exitCode, missedNetwork, ...(explanation === undefined ? {} : { explanation }) }
}

interface Watched {
  /** Absent: the time was over. */
  readonly outcome?: RunOutcome
  readonly seconds: number
  readonly lines: readonly string[]
}

async function watched(
  session: Session,
  {
    image,
    command,
    signal,
  }: { readonly image: ListedImage; readonly command: ContainerCommand; readonly signal: AbortSignal },
): Promise<Watched> {
  const tail = logTail(explainedLines)
  const over = AbortSignal.timeout(longest)
  const begun = session.now()
  const outcome = await session
    .call(
      'run',
      {
        layers: image.layers,
        ...command,
        ...unattended,
        hostname,
        network: 'none',
        readonlyRoot: false,
      },
      {
        signal: AbortSignal.any([signal, over]),
        onNote: (note) => note.kind === 'log' && tail.add(note.stream, note.data),
      },
    )
    .catch((error: unknown) => {
      if (over.aborted && !signal.aborted) return undefined
      throw error
    })
  const seconds = Math.round((session.now() - begun) / 100) / 10
  const lines = tail.lines().map(redactUrls)
  return { seconds, lines, ...(outcome === undefined ? {} : { outcome }) }
}

function failedStep({
  command,
  exitCode,
  lines,
  facts,
}: {
  readonly command: ContainerCommand
  readonly exitCode: number
  readonly lines: readonly string[]
  readonly facts: ImageFacts
}): FailedStep {
  return {
    ...command,
    exitCode,
    oomKilled: false,
    lines,
    network: 'none',
    mounts: [],
    tree: facts.view,
    machine: { ...describeMachine('off', undefined), proxies: [] },
  }
}

function explained(step: FailedStep): string | undefined {
  const explanation = explainFailure(step)
  return explanation === undefined ? undefined : [explanation.reason, ...explanation.advice].join('\n')
}
