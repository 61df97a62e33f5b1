import type { ListedImage } from '../../adapters/blob-store/index.ts'
import type { Json } from '../../core/index.ts'
import {
  familiarName,
  familiarRepository,
  type ImageConfig,
  type Platform,
  parseReference,
  type RuntimeConfig,
} from '../../oci/index.ts'
import type { Session } from '../session.ts'
import { chosenImage } from './chosen-image.ts'
import { imageDiskSize } from './layer-sizes.ts'

/**
 * An image as `docker image inspect` shows it, member by member in docker's order. `GraphDriver` is left out, because
 * layers are no directories of a storage driver; `Size` is null while layers have not been downloaded.
 */
export async function inspectImage(session: Session, name: string, platform?: Platform): Promise<Json> {
  const image = await chosenImage(session, name, platform)
  const config = await session.store.images.config(image.id)
  const size = await imageDiskSize(session, image)
  return {
    Id: image.id,
    RepoTags: image.names.filter((text) => !text.includes('@')).map(familiar),
    RepoDigests: repoDigests(image),
    Parent: '',
    Comment: config.history.at(-1)?.comment ?? '',
    Created: config.created ?? '',
    Author: config.author ?? '',
    Config: runtimeJson(config.config),
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    ...(config['os.version'] === undefined ? {} : { OsVersion: config['os.version'] }),
    Size: size ?? null,
    RootFS: rootFs(config),
    Metadata: { LastTagTime: new Date(image.stored).toISOString() },
  }
}

function repoDigests(image: ListedImage): readonly string[] {
  const digest = image.manifest?.digest
  const found = new Set<string>()
  for (const name of image.names) {
    const reference = parseReference(name)
    if ('error' in reference) continue
    const named = reference.digest ?? digest
    if (named !== undefined) found.add(`${familiarRepository(reference)}@${named}`)
  }
  return [...found]
}

function familiar(name: string): string {
  const reference = parseReference(name)
  return 'error' in reference ? name : familiarName(reference)
}

/** Members that docker always writes are null when they are empty; the others are left out. */
function runtimeJson(config: RuntimeConfig): Json {
  const filled = <T>(list: readonly T[] | null | undefined): readonly T[] | null =>
    list === null || list === undefined || list.length === 0 ? null : list
  return {
    User: config.User ?? '',
    ...(config.ExposedPorts === undefined ? {} : { ExposedPorts: config.ExposedPorts }),
    Env: filled(config.Env),
    Cmd: filled(config.Cmd),
    ...(config.Healthcheck === undefined ? {} : { Healthcheck: { ...config.Healthcheck } }),
    ...(config.ArgsEscaped === true ? { ArgsEscaped: true } : {}),
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
    Entrypoint: filled(config.Entrypoint),
    OnBuild: filled(config.OnBuild),
    Labels: config.Labels ?? null,
    ...(config.StopSignal === undefined ? {} : { StopSignal: config.StopSignal }),
    ...(config.Shell === undefined ? {} : { Shell: config.Shell }),
  }
}

function rootFs({ rootfs }: ImageConfig): Json {
  return rootfs.diff_ids.length === 0 ? { Type: rootfs.type } : { Type: rootfs.type, Layers: rootfs.diff_ids }
}
