import path from 'node:path'
import {
  findDockerfile,
  openContext,
  type OpenedContext,
  type SourcesOptions,
  sourceTime,
} from '../../adapters/context/index.ts'
import type { Digest, Source } from '../../core/index.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'
import type { EpochSource } from '../../graph/index.ts'
import { parseIgnore } from '../../ignore/index.ts'
import type { TreeRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { throwFirstError } from './diagnostics.ts'
import { internalStep } from './internal-step.ts'
import type { ContextPlace } from './named-contexts.ts'

/** The Dockerfile of a build and the trees of its contexts by name. */
export interface Definition {
  /** The step that read it. */
  readonly vertex: Digest
  readonly file: Dockerfile
  readonly contexts: ReadonlyMap<string, TreeRef>
  readonly context: Pick<OpenedContext, 'kind' | 'commit'>
  /** The time of what SOURCE_DATE_EPOCH names, in seconds. */
  readonly epochOf: (source: EpochSource) => Promise<number | undefined>
}

/**
 * Opens the context, reads the Dockerfile and the ignore files. Throws for anything that is wrong with their text; with
 * `tolerant` the errors of the Dockerfile stay in its diagnostics.
 */
export async function loadDefinition(
  session: Session,
  request: Pick<BuildRequest, 'context' | 'dockerfile' | 'buildArgs'>,
  world: BuildWorld & {
    readonly places: readonly ContextPlace[]
    readonly reaching: Omit<SourcesOptions, 'contexts'>
    readonly signal: AbortSignal
    readonly tolerant?: boolean
  },
): Promise<Definition> {
  const label = request.dockerfile === undefined ? 'Dockerfile' : path.basename(request.dockerfile)
  return internalStep(session, `[internal] load build definition from ${label}`, async (_, vertex) => {
    const opened = await openContext({
      context: request.context,
      ...(request.dockerfile === undefined ? {} : { file: request.dockerfile }),
      // What Go's ParseBool takes for true.
      keepGitDir: /^(?:1|t|T|true|TRUE|True)$/.test(request.buildArgs.BUILDKIT_CONTEXT_KEEP_GIT_DIR ?? ''),
      cwd: world.cwd,
      stdin: () => world.stdin,
      scratch: session.scratch('context'),
      ...world.reaching,
      root: path.join(world.reaching.root, 'git'),
      signal: world.signal,
    })
    const file = parseDockerfile(opened.source)
    if (world.tolerant !== true) throwFirstError(file.diagnostics)
    const main = hostTree(opened.path, patternsOf(opened.ignoreFile), opened.owned)
    const named = await Promise.all(
      world.places.flatMap((place) => (place.context.kind === 'directory' ? [namedTree(place, world.cwd)] : [])),
    )
    const epochOf = async (source: EpochSource): Promise<number | undefined> => {
      if (source.kind === 'context') return opened.epoch
      return source.kind === 'timeless' ? undefined : sourceTime(source, { ...world.reaching, signal: world.signal })
    }
    return { vertex, file, contexts: new Map([['context', main], ...named]), context: opened, epochOf }
  })
}

async function namedTree({ name, directory = '' }: ContextPlace, cwd: string): Promise<[string, TreeRef]> {
  // A named directory is filtered by its own .dockerignore; it needs no Dockerfile, so finding none is fine.
  const found = await findDockerfile({
    context: directory,
    cwd,
    remote: false,
    file: '-',
    stdin: async () => new Uint8Array(),
  })
  return [name, hostTree(directory, patternsOf(found.ignoreFile))]
}

function hostTree(directory: string, ignore: readonly string[], owned = false): TreeRef {
  return { kind: 'host', path: directory, ignore, squashOwner: !owned }
}

function patternsOf(ignoreFile: Source | undefined): readonly string[] {
  if (ignoreFile === undefined) return []
  const { patterns, diagnostics } = parseIgnore(ignoreFile)
  throwFirstError(diagnostics)
  return patterns
}
