import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import {
  exportToFile,
  type FileOutput,
  type OutputSpec,
  type PreparedArtifact,
  type PreparedExport,
  type StoreOutput,
} from '../../adapters/exporters/index.ts'
import { indexEntry, type Referrer } from '../../attest/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { formatPlatform, familiarName, parseReference, withDefaultTag } from '../../oci/index.ts'
import { attach, type Attester } from '../attest/attach.ts'
import { imagesSource } from '../copy/stored-source.ts'
import { exportableImage } from '../images/exportable.ts'
import { exportFiles } from '../images/export-files.ts'
import { loadIntoDocker } from '../images/load-into-docker.ts'
import { pushImages } from '../images/push-images.ts'
import type { Session } from '../session.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { internalStep } from './internal-step.ts'

export interface Delivery {
  readonly request: BuildRequest
  readonly outputs: readonly OutputSpec[]
  readonly world: BuildWorld & { readonly signal: AbortSignal }
  /** Absent: nothing is said about the images. */
  readonly attester?: Attester
}

/** Hands the images to every output. Returns the digest of the manifest or index, where one was made. */
export async function deliver(
  session: Session,
  images: readonly ImageRecord[],
  delivery: Delivery,
): Promise<Digest | undefined> {
  let digest: Digest | undefined
  await nameImages(session, images, delivery)
  for (const output of delivery.outputs) digest = (await deliverTo(session, images, { ...delivery, output })) ?? digest
  return digest
}

interface Target extends Delivery {
  readonly output: OutputSpec
}

async function deliverTo(
  session: Session,
  images: readonly ImageRecord[],
  target: Target,
): Promise<Digest | undefined> {
  const { output, world, request } = target
  switch (output.kind) {
    case 'cacheonly':
      return undefined
    case 'image':
      if (output.push) return push(session, images, { ...target, names: namesOf(request, output), as: output })
      return target.attester === undefined ? undefined : attest(session, images, { ...target, output })
    case 'oci':
    case 'docker':
      return exportImages(session, images, { ...target, output })
    case 'local':
    case 'tar':
      await internalStep(
        session,
        output.kind === 'local' ? 'exporting files to a directory' : 'exporting files to a tar',
        () =>
          exportFiles(session, images, {
            output,
            cwd: world.cwd,
            stdout: world.stdout,
            signal: world.signal,
            ...(target.attester === undefined ? {} : { attester: target.attester }),
          }),
      )
      return undefined
  }
}

/** Makes the manifests that a push will make, because statements are about them; layers are compressed for that. */
async function attest(
  session: Session,
  images: readonly ImageRecord[],
  target: Delivery & { readonly output: StoreOutput },
): Promise<undefined> {
  const { request, output, world } = target
  const names = namesOf(request, output)
  await internalStep(session, 'exporting attestation manifests', () =>
    imagesSource(session, images, {
      name: names[0] ?? 'the image',
      signal: world.signal,
      attach: async (prepared) => {
        await keepManifests(session, images, prepared)
        return attaching(session, target, names)(prepared)
      },
    }),
  )
}

/** Statements are about these manifests, so they stay what the images are known by; bases may not have been downloaded. */
async function keepManifests(
  { store }: Session,
  images: readonly ImageRecord[],
  prepared: PreparedExport,
): Promise<void> {
  for (const [position, { manifest, layers }] of prepared.images.entries()) {
    const { id, stored: _, ...record } = images[position] as ImageRecord
    const present = await Promise.all(layers.map(({ descriptor }) => store.has(descriptor.digest, descriptor.size)))
    if (!present.every((there) => there)) continue
    const { mediaType } = manifest.descriptor
    await store.images.put({
      ...record,
      config: await store.readBytes(id),
      manifest: { mediaType, bytes: manifest.bytes },
    })
  }
}

function attaching(
  session: Session,
  { attester }: Pick<Delivery, 'attester'>,
  names: readonly string[],
): (prepared: PreparedExport) => Promise<readonly Referrer[]> {
  return async (prepared) => (attester === undefined ? [] : attach(session, prepared, { attester, names }))
}

/** Names are given in the store whatever the output is, so that the result can be inspected and run. */
async function nameImages(
  session: Session,
  images: readonly ImageRecord[],
  { request, outputs }: Delivery,
): Promise<void> {
  const names = new Set([
    ...request.tags,
    ...outputs.flatMap((output) => (output.kind === 'image' ? output.image.names : [])),
  ])
  const ids = images.map((image) => image.id)
  for (const name of names)
    await internalStep(session, `naming to ${written(name)}`, () => session.store.images.setName(name, ids))
}

function namesOf({ tags }: BuildRequest, { image }: StoreOutput): readonly string[] {
  return [...new Set([...tags, ...image.names])]
}

function written(name: string): string {
  const reference = parseReference(name)
  if ('error' in reference) throw new SlipwayError('bad-reference', `${name}: ${reference.error}`)
  return familiarName(withDefaultTag(reference))
}

async function exportImages(
  session: Session,
  images: readonly ImageRecord[],
  target: Delivery & { readonly output: FileOutput },
): Promise<Digest> {
  const { output, request, world } = target
  const dest = output.dest === undefined || output.dest === '-' ? output.dest : path.resolve(world.cwd, output.dest)
  const label = output.kind === 'oci' ? 'exporting to oci image format' : 'exporting to docker image format'
  return internalStep(session, label, async () => {
    const exportable = await Promise.all(images.map((image) => exportableImage(session, image, world.signal)))
    const names = request.tags.map(written)
    if (output.kind === 'docker' && target.attester !== undefined) {
      const message = 'attestations are left out: what docker loads cannot hold them; use --push or -o type=oci'
      session.emit({ type: 'note', time: session.now(), message })
    }
    if (output.kind === 'docker' && dest === undefined)
      return loadIntoDocker(session, exportable, { names, output, signal: world.signal })
    const { descriptor } = await exportToFile(exportable, {
      output: { ...output, ...(dest === undefined ? {} : { dest }) },
      names,
      blobs: session.store,
      stdout: world.stdout,
      ...(output.kind === 'oci' ? { artifacts: listing(session, attaching(session, target, names)) } : {}),
    })
    session.emit({
      type: 'image.exported',
      time: session.now(),
      digest: descriptor.digest,
      ...(names[0] === undefined ? {} : { name: names[0] }),
    })
    return descriptor.digest
  })
}

/** What was made for a store, as a layout holds it. */
function listing(
  { store }: Session,
  make: (prepared: PreparedExport) => Promise<readonly Referrer[]>,
): (prepared: PreparedExport) => Promise<readonly PreparedArtifact[]> {
  return async (prepared) =>
    (await make(prepared)).map(({ subject, descriptor, bytes, blobs }) => ({
      entry: indexEntry(descriptor, subject),
      manifest: { descriptor, bytes },
      blobs: blobs.map((blob) => ({ descriptor: blob.descriptor, open: () => store.read(blob.descriptor.digest) })),
    }))
}

async function push(
  session: Session,
  images: readonly ImageRecord[],
  { names, world, as, attester }: Delivery & { readonly names: readonly string[]; readonly as: StoreOutput },
): Promise<Digest | undefined> {
  if (names.length === 0) {
    throw new SlipwayError('usage', 'there is no name to push the image under', { hint: 'add -t REGISTRY/NAME:TAG' })
  }
  let digest: Digest | undefined
  for (const name of names) {
    digest = await internalStep(session, `pushing ${written(name)}`, (progress) =>
      pushImages(session, images, {
        name,
        progress,
        insecure: as.insecure,
        byDigest: as.pushByDigest,
        options: as.image,
        attach: attaching(session, attester === undefined ? {} : { attester }, names),
        signal: world.signal,
      }),
    )
  }
  return digest
}

/** What `--iidfile` and `--metadata-file` receive, in the form of buildx. */
export function writeResultFiles(
  images: readonly { readonly id: Digest; readonly platform: ImageRecord['platform'] }[],
  files: {
    readonly iidfile?: string
    readonly metadataFile?: string
    readonly tags: readonly string[]
    readonly digest?: Digest
  },
): void {
  const [first] = images
  if (first === undefined) return
  if (files.iidfile !== undefined) writeFileSync(files.iidfile, first.id)
  if (files.metadataFile === undefined) return
  const metadata = {
    'containerimage.config.digest': first.id,
    ...(files.digest === undefined ? {} : { 'containerimage.digest': files.digest }),
    ...(files.tags.length === 0 ? {} : { 'image.name': files.tags.map(fullName).join(',') }),
    ...(images.length > 1
      ? { 'slipway.images': images.map((image) => ({ platform: formatPlatform(image.platform), id: image.id })) }
      : {}),
  }
  writeFileSync(files.metadataFile, `${JSON.stringify(metadata, null, 2)}\n`)
}

function fullName(name: string): string {
  const reference = parseReference(name)
  if ('error' in reference) return name
  const { registry, repository, tag, digest } = withDefaultTag(reference)
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}
