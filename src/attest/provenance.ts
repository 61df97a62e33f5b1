import type { Digest, Json } from '../core/index.ts'
import { formatPlatform, type Descriptor, type Platform } from '../oci/index.ts'
import type { BuildPlan, PlannedImage } from '../plan/index.ts'
import { buildSteps, sourceLocations, stepLayers, stepOrder } from './build-steps.ts'
import { type Predicate, predicateTypes } from './statement.ts'

export interface ProvenanceOptions {
  /** `min` leaves out everything that a secret could stand in: values of arguments and labels, sources, steps. */
  readonly mode: 'min' | 'max'
  readonly builderId?: string
  readonly reproducible: boolean
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export interface Dependency {
  readonly uri?: string
  readonly name?: string
  readonly digest: Readonly<Record<string, string>>
  /** What the digest names, where that is no manifest and no file. */
  readonly mediaType?: string
}

/** Where the Dockerfile came from. */
export interface ConfigSource {
  readonly uri?: string
  readonly digest?: Readonly<Record<string, string>>
  readonly path: string
}

/** What one image was made of and by, for its provenance. Texts have no credentials in them. */
export interface ProvenanceFacts {
  readonly plan: BuildPlan
  readonly image: PlannedImage
  readonly dockerfile: { readonly path: string; readonly text: string }
  readonly configSource: ConfigSource
  /** What was asked for, by BuildKit's names: `target`, `build-arg:NAME`, `label:NAME`, `context:NAME`. */
  readonly args: Readonly<Record<string, string>>
  /** Names of local directories. */
  readonly locals: readonly string[]
  readonly dependencies: readonly Dependency[]
  readonly builderPlatform: Platform
  readonly version: string
  readonly invocation: { readonly id: string; readonly started: number; readonly finished: number }
  /** The layer of each step that made one, as it is in the image. */
  readonly layers: ReadonlyMap<Digest, Descriptor>
  readonly withoutCredentials: (text: string) => string
}

/** How to read the members below `externalParameters` and `internalParameters`; docs/concepts/attestations.md. */
export const buildType = 'urn:slipway:build:dockerfile:v1'
const defaultBuilder = 'urn:slipway:builder'

/** How an image was built, in the members of SLSA 1.1; those that SLSA leaves open are called as BuildKit calls them. */
export function provenancePredicate(facts: ProvenanceFacts, options: ProvenanceOptions): Predicate {
  const { plan, image, configSource, dependencies, invocation } = facts
  const isMax = options.mode === 'max'
  const { mounts, networks } = used(plan, image)
  const request = {
    frontend: 'dockerfile.v0',
    args: isMax ? facts.args : withoutValues(facts.args),
    ...(isMax ? mounts : {}),
    locals: facts.locals.map((name) => ({ name })),
  }
  const isLocal = facts.locals.length > 0
  const value = {
    buildDefinition: {
      buildType,
      externalParameters: { configSource: { ...configSource }, request },
      internalParameters: {
        builderPlatform: formatPlatform(facts.builderPlatform),
        mode: options.mode,
        ...(plan.epoch === undefined ? {} : { sourceDateEpoch: plan.epoch }),
        ...(isMax ? { buildConfig: { steps: buildSteps(plan, image, facts.withoutCredentials) } } : {}),
      },
      resolvedDependencies: dependencies.map((one) => ({ ...one })),
    },
    runDetails: {
      builder: { id: options.builderId ?? defaultBuilder, version: { slipway: facts.version } },
      metadata: {
        invocationId: invocation.id,
        startedOn: new Date(invocation.started).toISOString(),
        finishedOn: new Date(invocation.finished).toISOString(),
        slipway_completeness: {
          request: isMax || Object.keys(facts.args).every((key) => key === epochArg || !mayHoldSecret(key)),
          resolvedDependencies: !isLocal && networks.every((network) => network === 'none'),
        },
        slipway_hermetic: !isLocal && networks.every((network) => network === 'none'),
        slipway_reproducible: options.reproducible,
        ...(isMax ? { slipway_metadata: metadata(facts) } : {}),
      },
    },
  }
  return { type: predicateTypes.provenance, value: value as unknown as Json }
}

/** Its value stands among the internal parameters, in either mode. */
const epochArg = 'build-arg:SOURCE_DATE_EPOCH'

function withoutValues(args: ProvenanceFacts['args']): ProvenanceFacts['args'] {
  return Object.fromEntries(Object.entries(args).filter(([key]) => !mayHoldSecret(key)))
}

function mayHoldSecret(key: string): boolean {
  return key.startsWith('build-arg:') || key.startsWith('label:')
}

interface Used {
  /** Secrets and agents by their ids: their values are known to nobody here. */
  readonly mounts: Readonly<Record<'secrets' | 'ssh', readonly { readonly id: string; readonly optional?: true }[]>>
  /** Of every RUN. */
  readonly networks: readonly string[]
}

function used(plan: BuildPlan, image: PlannedImage): Used {
  const steps = stepOrder(plan, image).flatMap(({ op }) => (op.kind === 'exec' ? [op] : []))
  const ids = (type: 'secret' | 'ssh'): readonly { readonly id: string; readonly optional?: true }[] => {
    const required = new Map<string, boolean>()
    for (const mount of steps.flatMap(({ mounts }) => mounts))
      if (mount.type === type) required.set(mount.id, (required.get(mount.id) ?? false) || mount.required)
    return [...required].map(([id, isRequired]) => (isRequired ? { id } : { id, optional: true }))
  }
  return {
    mounts: { secrets: ids('secret'), ssh: ids('ssh') },
    networks: steps.map(({ network }) => network),
  }
}

/** The Dockerfile, which of its lines each step comes from, and which layer it made. */
function metadata({ plan, image, dockerfile, layers }: ProvenanceFacts): Json {
  return {
    source: {
      infos: [
        {
          filename: dockerfile.path,
          language: 'Dockerfile',
          data: Buffer.from(dockerfile.text).toString('base64'),
        },
      ],
      locations: sourceLocations(plan, image),
    },
    layers: stepLayers(plan, image, layers),
  }
}
