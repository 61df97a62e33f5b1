import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import { exportToFile, type FileOutput, type OutputSpec, type StoreOutput } from '../../adapters/exporters/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import { formatPlatform, familiarName, parseReference, withDefaultTag } from '../../oci/index.ts'
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
      return output.push ? push(session, images, { ...target, names: namesOf(request, output), as: output }) : undefined
    case 'oci':
    case 'docker':
      return exportImages(session, images, { ...target, output })
    case 'local':
    case 'tar':
      await internalStep(
        session,
        output.kind === 'local' ? 'exporting files to a directory' : 'exporting files to a tar',
        () => exportFiles(session, images, { output, cwd: world.cwd, stdout: world.stdout, signal: world.signal }),
      )
      return undefined
  }
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
    if (output.kind === 'docker' && dest === undefined)
      return loadIntoDocker(session, exportable, { names, output, signal: world.signal })
    const { descriptor } = await exportToFile(exportable, {
      output: { ...output, ...(dest === undefined ? {} : { dest }) },
      names,
      blobs: session.store,
      stdout: world.stdout,
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

async function push(
  session: Session,
  images: readonly ImageRecord[],
  { names, world, as }: Delivery & { readonly names: readonly string[]; readonly as: StoreOutput },
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
