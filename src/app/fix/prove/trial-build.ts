import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ImageFacts } from '../../../compare/index.ts'
import { type BuildEvent, type Digest, digestOf, type Emit } from '../../../core/index.ts'
import type { Draft } from '../../../fixing/index.ts'
import { solve } from '../../../solver/index.ts'
import type { AssembledImage } from '../../build/assemble-image.ts'
import type { BuildRequest, BuildWorld } from '../../build/build-request.ts'
import { makeImages } from '../../build/make-images.ts'
import { solveOptions } from '../../build/start-build.ts'
import { storedFacts } from '../../diff/stored-facts.ts'
import type { Session } from '../../session.ts'
import { type BuildPlace, ignoreFileOf } from '../draft-project.ts'

/** How trial builds are made: the request of a build, but for Dockerfile and context. */
export interface TrialOptions {
  /** How often each label was used so far. */
  readonly used: Map<string, number>
  readonly session: Session
  readonly request: BuildRequest
  readonly world: BuildWorld & { readonly signal: AbortSignal }
  readonly place: BuildPlace
}

/** A build that nobody is given. */
export interface Trial {
  readonly image: AssembledImage
  readonly facts: ImageFacts
  /** Steps that the cache did not have. */
  readonly ran: number
}

export interface TrialInput {
  /** What progress calls it. */
  readonly label: string
  readonly draft: Draft
  /** Absolute; absent for the context of the file. */
  readonly context?: string
  readonly noCache?: boolean
}

/** Builds a draft, from the context as it is, for the first platform of the request. Rejects as builds do. */
export async function trialBuild(options: TrialOptions, input: TrialInput): Promise<Trial> {
  const { session, world, place } = options
  const { draft, context = place.directory, noCache = false } = input
  const label = numbered(options, input.label)
  const request = {
    ...options.request,
    context,
    dockerfile: writeDraft(options, { label, draft }),
    platforms: options.request.platforms.slice(0, 1),
    noCache,
  }
  const finished = new Set<Digest>()
  const emit = underLabel(label, session.emit, (event) => {
    if (event.type === 'vertex.finished' && event.outcome === 'built') finished.add(event.vertex)
  })
  const { images, plan } = await makeImages({ ...session, emit }, request, {
    ...world,
    rewriteTimestamps: false,
    solve: (vertices, { ports, secrets }) => solve(vertices, ports, solveOptions(request, secrets, world.signal)),
  })
  const image = images[0] as AssembledImage
  await session.engine.prepare(image.layers, () => {}, world.signal)
  const facts = await storedFacts(
    { session, text: label, options: { cwd: world.cwd, signal: world.signal, known: new Map() } },
    { config: image.parsed, layers: image.layers },
  )
  const steps = [...plan.vertices.values()].filter(
    ({ op, digest }) => op.kind !== 'image' && op.kind !== 'context' && finished.has(digest),
  )
  return { image, facts, ran: steps.length }
}

function numbered({ used }: TrialOptions, label: string): string {
  const count = (used.get(label) ?? 0) + 1
  used.set(label, count)
  return count === 1 ? label : `${label} ${count}`
}

/** The draft in a directory of its own, with the ignore file that counts for it beside it. */
function writeDraft(
  { session, place }: TrialOptions,
  { label, draft }: { readonly label: string; readonly draft: Draft },
): string {
  const directory = path.join(session.scratch('fix'), digestOf(label + draft.text).slice(7, 23))
  mkdirSync(directory, { recursive: true })
  const file = path.join(directory, path.basename(place.file))
  writeFileSync(file, draft.text)
  writeFileSync(`${file}.dockerignore`, ignoreFileOf(draft, place)?.text ?? '')
  return file
}

/** Steps of their own for each build. Warnings about the file are not new to anybody. */
function underLabel(label: string, emit: Emit, watch: (event: BuildEvent) => void): Emit {
  const own = (vertex: Digest): Digest => digestOf(`${label} ${vertex}`)
  return (event) => {
    watch(event)
    if (event.type === 'diagnostic') return
    if (event.type === 'vertex.started') {
      const name = event.name.replace(/^\[?/, `$&${label}: `)
      emit({ ...event, name, vertex: own(event.vertex), inputs: event.inputs.map(own) })
    } else if ('vertex' in event && event.vertex !== undefined) emit({ ...event, vertex: own(event.vertex) })
    else emit(event)
  }
}
