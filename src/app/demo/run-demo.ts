import { createServer } from 'node:net'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Digest, SlipwayError } from '../../core/index.ts'
import type { LogSink } from '../../solver/index.ts'
import { toLog } from '../engine/forward-notes.ts'
import type { ImageSummary } from '../../report/index.ts'
import { build } from '../build/build.ts'
import { type BuildWorld, plainBuild } from '../build/build-request.ts'
import { containerCommand, unattended } from '../images/container-command.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { type DemoBase, provideBase } from './demo-bases.ts'
import { summarizeImage } from './summarize-image.ts'

export interface DemoResult {
  readonly bases: readonly DemoBase[]
  readonly before: ImageSummary
  readonly after: ImageSummary
  /** What the service in the second image answered. */
  readonly answer: { readonly url: string; readonly status: number; readonly body: string }
}

const bases = ['node:20', 'node:20-slim', 'gcr.io/distroless/nodejs20-debian12']

/**
 * Builds the Node example from its naive Dockerfile and from the one with stages, runs the second image and asks it for
 * /health. The times are those of builds without a cached step; bases are made or pulled before the clock starts.
 */
export async function runDemo(
  session: Session,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<DemoResult> {
  const { signal } = world
  const context = exampleDirectory('node-api')
  const provided: DemoBase[] = []
  for (const name of bases) provided.push(await provideBase(session, name, signal))
  const before = await timedBuild(
    session,
    { context, dockerfile: `${context}/Dockerfile.before`, tag: 'slipway-demo:before' },
    world,
  )
  const after = await timedBuild(
    session,
    { context, dockerfile: `${context}/Dockerfile`, tag: 'slipway-demo:after' },
    world,
  )
  const answer = await internalStep(session, '[demo] run slipway-demo:after and ask it for /health', (_, vertex) =>
    askForHealth(session, { vertex, signal }),
  )
  const summaries = await internalStep(session, '[demo] measure both images', async () => ({
    before: await summarizeImage(session, 'slipway-demo:before', {
      title: 'Dockerfile.before',
      buildTime: before,
      signal,
    }),
    after: await summarizeImage(session, 'slipway-demo:after', { title: 'Dockerfile', buildTime: after, signal }),
  }))
  return { bases: provided, answer, ...summaries }
}

/** The examples stand beside `dist` in a checkout and in the package. */
function exampleDirectory(name: string): string {
  const places = ['../examples/', '../../examples/', '../../../examples/'].map((up) =>
    fileURLToPath(new URL(`${up}${name}`, import.meta.url)),
  )
  const found = places.find((place) => existsSync(`${place}/Dockerfile`))
  if (found === undefined) throw new SlipwayError('internal', `the example ${name} is missing from this installation`)
  return found
}

interface DemoBuild {
  readonly context: string
  readonly dockerfile: string
  readonly tag: string
}

/** Builds anew and returns the milliseconds it took. */
async function timedBuild(
  session: Session,
  { context, dockerfile, tag }: DemoBuild,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<number> {
  const start = session.now()
  await build(session, { ...plainBuild, context, dockerfile, tags: [tag], noCache: true }, world)
  return session.now() - start
}

const hostname = 'slipway-demo'

/** A service that needs longer than this to start has failed. */
const startPatience = 20_000

async function askForHealth(
  session: Session,
  { vertex, signal }: { readonly vertex: Digest; readonly signal: AbortSignal },
): Promise<DemoResult['answer']> {
  const image = await session.store.images.resolve('slipway-demo:after')
  const { config } = await session.store.images.config(image.id)
  const port = await freePort()
  const stop = new AbortController()
  const ended = session.call(
    'run',
    {
      layers: image.layers,
      ...containerCommand(config, { command: [], env: [`PORT=${port}`], hostname }),
      ...unattended,
      hostname,
      network: 'host',
      readonlyRoot: true,
    },
    { signal: stop.signal, onNote: toLog(toStepLog(session, vertex)) },
  )
  const failed = ended.then(({ exitCode }) => {
    throw new SlipwayError('run-failed', `the service of the demo ended with exit code ${exitCode}`)
  })
  failed.catch(() => {})
  try {
    return await Promise.race([poll(`http://127.0.0.1:${port}/health`, signal), failed])
  } finally {
    stop.abort()
    await ended.catch(() => {})
  }
}

/** What the service says becomes output of the demo's own step. */
function toStepLog(session: Session, vertex: Digest): LogSink {
  return (stream, data) =>
    session.emit({ type: 'vertex.log', time: session.now(), vertex, stream, data: Buffer.from(data).toString('utf8') })
}

async function poll(url: string, signal: AbortSignal): Promise<DemoResult['answer']> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(startPatience)])
  for (;;) {
    const answer = await fetch(url, { signal: deadline }).then(
      async (response) => ({ url, status: response.status, body: await response.text() }),
      () => undefined,
    )
    if (answer !== undefined) return answer
    if (deadline.aborted) throw new SlipwayError('run-failed', `${url} did not answer within ${startPatience / 1000} s`)
    await sleep(100)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
