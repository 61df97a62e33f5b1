import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform, parseReference, type Platform } from '../../oci/index.ts'
import type { StatedPackage } from '../../compare/index.ts'
import type { PackageMaker } from '../../sbom/index.ts'
import {
  type Component,
  type ComponentMaker,
  componentOf,
  type ImageNames,
  isOfDistribution,
  readSbom,
} from '../../vulnerabilities/index.ts'
import { barePlace } from '../copy/copy-image.ts'
import { parsePlace } from '../copy/place.ts'
import { describeImage, rootDirectory } from '../sbom/describe-image.ts'
import type { Session } from '../session.ts'
import { parseJson, readText } from './scan-settings.ts'

/** What is scanned, read. */
export interface ScanSubject {
  readonly name: string
  readonly image?: string
  readonly platform?: string
  readonly distribution?: string
  readonly components: readonly Component[]
  readonly stages: readonly { readonly stage: string; readonly components: readonly Component[] }[]
  readonly names: ImageNames
  readonly notes: readonly string[]
}

export interface SubjectRequest {
  /** `sbom:FILE`, `dir:DIRECTORY`, a path, or an image as `slipway copy` spells it. */
  readonly subject: string
  readonly stages: boolean
  /** Ask no registry. */
  readonly offline: boolean
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Reads the packages of what is scanned. Rejects as `describeImage` does; `config-invalid` for a list that cannot be read. */
export async function readSubject(session: Session, request: SubjectRequest): Promise<ScanSubject> {
  const { subject, stages, offline, cwd, signal, platform } = request
  const [, file] = /^sbom:(.+)$/s.exec(subject) ?? []
  if (file !== undefined) return readList(file, cwd)
  if (offline) await refuseRegistry(session, subject, cwd)
  const sbom = await describeImage(session, {
    image: subject,
    withStages: stages,
    cwd,
    signal,
    ...(platform === undefined ? {} : { platform }),
  })
  const skipped = sbom.skipped.map(({ path: place, reason }) => `/${place} was not read: ${reason}`)
  return {
    name: subject,
    components: sbom.packages.flatMap(lookedUp),
    stages: (sbom.stages ?? []).map(({ stage, packages }) => ({ stage, components: packages.flatMap(lookedUp) })),
    names: namesOf(subject, sbom.image),
    notes: [...skipped, ...(sbom.unknownStages ?? [])],
    ...(sbom.image === undefined ? {} : { image: sbom.image }),
    ...(sbom.platform === undefined ? {} : { platform: formatPlatform(sbom.platform) }),
    ...(sbom.distribution === undefined ? {} : { distribution: sbom.distribution.name }),
  }
}

/** What a distribution packages of Python or Node it repairs itself, under versions that upstream calls vulnerable. */
export function lookedUp(one: StatedPackage): readonly Component[] {
  if (one.origin === 'os' && !isOfDistribution(one)) return []
  const { layer, source, stage, instruction, maker } = one.from ?? {}
  const origin = {
    ...(layer === undefined ? {} : { layer }),
    ...(source === undefined ? {} : { line: source }),
    ...(stage === undefined ? {} : { stage }),
    ...(instruction === undefined ? {} : { command: instruction }),
    ...(maker === undefined ? {} : { maker: makerOf(maker) }),
  }
  return [componentOf(one, one.from === undefined ? undefined : origin)]
}

function makerOf({ source, stage, instruction }: PackageMaker): ComponentMaker {
  return {
    ...(source === undefined ? {} : { line: source }),
    ...(stage === undefined ? {} : { stage }),
    command: instruction,
  }
}

function readList(file: string, cwd: string): ScanSubject {
  const list = readSbom(parseJson(readText(path.resolve(cwd, file), file), file))
  if (list === undefined)
    throw new SlipwayError('config-invalid', `${file} is neither SPDX nor CycloneDX`, {
      hint: 'lists of packages are read as JSON',
    })
  const { components, unreadable, subject } = list
  return {
    name: subject === undefined ? file : `${file} (${subject})`,
    components,
    stages: [],
    names: namesOf(subject ?? '', undefined),
    notes: unreadable === 0 ? [] : [`${unreadable} packages of ${file} have no package URL with a version`],
  }
}

async function refuseRegistry(session: Session, subject: string, cwd: string): Promise<void> {
  if (rootDirectory(subject, cwd) !== undefined) return
  const place = parsePlace(subject, cwd) ?? (await barePlace(session, subject))
  if (place.kind === 'registry')
    throw new SlipwayError('image-not-found', `${subject} is not in the store, and --offline asks no registry`)
}

function namesOf(subject: string, image: string | undefined): ImageNames {
  const reference = parseReference(subject.replace(/^docker:\/\//, ''))
  const repository = 'error' in reference ? undefined : reference.repository.split('/').at(-1)
  const written = 'error' in reference ? undefined : reference.digest
  return {
    digests: [image, written].filter((digest) => digest !== undefined),
    ...(repository === undefined ? {} : { repository }),
  }
}
