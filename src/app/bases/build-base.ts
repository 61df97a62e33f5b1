import path from 'node:path'
import {
  type BaseImage,
  type BaseSpec,
  baseArchitecture,
  baseFor,
  buildBase,
  listBases,
  type RootStep,
  type StandIn,
} from '../../adapters/packages/index.ts'
import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import { type Digest, nearest, SlipwayError } from '../../core/index.ts'
import type { TreeView } from '../../fileset/index.ts'
import { assembleConfig, normalizedKey, parseReference, type Platform } from '../../oci/index.ts'
import type { ExecOp } from '../../plan/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { nameForPlatform } from '../images/base-images.ts'
import type { Session } from '../session.ts'

export interface BaseRequest {
  /** An official image name, such as `debian:bookworm-slim` or `gcr.io/distroless/nodejs20-debian12`. */
  readonly name: string
  readonly platform: Platform
  /** Packages to add. */
  readonly packages: readonly string[]
  readonly mirror?: string
  /** Names for the image; `name` itself when empty. */
  readonly tags: readonly string[]
}

export interface BuiltBase {
  readonly record: ImageRecord
  readonly names: readonly string[]
  /** How it differs from the official image of that name. */
  readonly difference: string
  readonly packages: BaseImage['packages']
}

/**
 * Assembles a base image from packages that are checked against the signed index of their archive, and stores it. The
 * same package versions give the same image id. Throws `image-not-found` for a name that no base stands in for.
 */
export async function makeBase(session: Session, request: BaseRequest, signal: AbortSignal): Promise<BuiltBase> {
  const standIn = findStandIn(request)
  const spec = withPackages(standIn.spec, request.packages)
  session.hold('packages')
  await session.room.make()
  const base = await internalStep(session, `[base] assemble ${request.name}`, (progress, vertex) =>
    buildBase(spec, {
      cacheDir: path.join(session.root, 'packages'),
      run: (step) => runOnRoot(session, step, { signal, vertex }),
      signal,
      ...(request.mirror === undefined ? {} : { mirror: request.mirror }),
      onProgress: (moved) => progress({ ...moved, unit: 'bytes' }),
    }),
  )
  const record = await internalStep(session, `[base] store ${request.name}`, () => storeBase(session, base, signal))
  const names = request.tags.length === 0 ? [request.name] : request.tags
  for (const name of names) await nameForPlatform(session, keyOf(name), record)
  return { record, names, difference: standIn.difference, packages: base.packages }
}

function keyOf(name: string): string {
  const reference = parseReference(name)
  if ('error' in reference) throw new SlipwayError('bad-reference', `${name} is no image name: ${reference.error}`)
  return normalizedKey(reference)
}

function findStandIn({ name, platform }: BaseRequest): StandIn {
  const found = baseFor(name, baseArchitecture(platform.architecture))
  if (found !== undefined) return found
  const known = listBases().map((entry) => entry.reference)
  const [similar] = nearest(
    name,
    known.map((reference) => reference.replace(/[<[].*$/, '')),
    1,
  )
  throw new SlipwayError('image-not-found', `no base can be assembled for ${name}`, {
    notes: known.map((reference) => `there is ${reference}`),
    ...(similar === undefined ? {} : { hint: `did you mean ${similar}?` }),
  })
}

function withPackages(spec: BaseSpec, packages: readonly string[]): BaseSpec {
  if (packages.length === 0) return spec
  if (spec.kind === 'golang') {
    throw new SlipwayError('unsupported', 'packages cannot be added to the golang base', {
      hint: 'install them with apt-get in a RUN step',
    })
  }
  return { ...spec, packages: [...(spec.packages ?? []), ...packages] }
}

interface RunContext {
  readonly signal: AbortSignal
  readonly vertex: Digest
}

/** Runs a maintainer's program in a root file system that is only entries yet. */
async function runOnRoot(session: Session, step: RootStep, { signal, vertex }: RunContext): Promise<TreeView> {
  const base = await session.call('commit', { entries: step.entries }, { signal })
  const op: ExecOp = {
    kind: 'exec',
    argv: step.argv,
    env: step.env,
    cwd: '/',
    user: '',
    hostname: 'slipway',
    network: 'none',
    security: 'sandbox',
    mounts: [],
  }
  const secrets = { secrets: {}, ssh: {}, proxyEnv: [], givenProxyEnv: [] }
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  const layer = await session.engine.exec(
    { op, platform: step.platform, root: [base], inputs: [], secrets },
    {
      log: (stream, bytes) =>
        session.emit({
          type: 'vertex.log',
          time: session.now(),
          vertex,
          stream,
          data: decoders[stream].decode(bytes, { stream: true }),
        }),
    },
    signal,
  )
  return session.layers.view([base, layer])
}

async function storeBase(session: Session, base: BaseImage, signal: AbortSignal): Promise<ImageRecord> {
  const layer = await session.call('commit', { entries: base.entries }, { signal })
  const created = new Date(Number(base.created / 1_000_000n)).toISOString()
  const { config } = base
  const { os, architecture, variant } = base.platform
  const assembled = assembleConfig({
    config: {
      os,
      architecture,
      ...(variant === undefined ? {} : { variant }),
      config: { ...config, Labels: { ...config.Labels, ...labelsOf(base) } },
    },
    history: [{ created, created_by: `slipway base ${base.name}`, comment: `${base.packages.length} packages` }],
    layers: [{ diffId: layer.diffId, created }],
  })
  return session.store.images.put({
    config: assembled.bytes,
    platform: base.platform,
    layers: [layer],
    origins: [null],
  })
}

/** What a base was made of, so that the same can be fetched again. */
function labelsOf(base: BaseImage): Record<string, string> {
  return {
    'dev.slipway.packages': base.packages
      .map(({ name, version, architecture }) => `${name}=${version}:${architecture}`)
      .sort()
      .join(' '),
  }
}
