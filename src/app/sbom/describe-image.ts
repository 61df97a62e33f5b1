import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { openDirectory } from '../../adapters/context/index.ts'
import { fsPath, SlipwayError } from '../../core/index.ts'
import { joinPath } from '../../fileset/index.ts'
import { listPackages, type ReadPart } from '../../inventory/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { Sbom } from '../../sbom/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { openInside } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'
import { attributePackages } from './attribute-packages.ts'
import { describeStages } from './describe-stages.ts'

export interface SbomRequest {
  /** A place as `parsePlace` reads it, a bare name, or a directory as `rootDirectory` reads it. */
  readonly image: string
  /** Whether packages of the stages are wanted that the image was copied from. */
  readonly withStages: boolean
  readonly platform?: Platform
  readonly cwd: string
  readonly signal: AbortSignal
}

/** What an image or a root file system is made of. Rejects as `openInside` does. */
export async function describeImage(session: Session, request: SbomRequest): Promise<Sbom> {
  const { image, withStages, cwd } = request
  const directory = rootDirectory(image, cwd)
  if (directory !== undefined) {
    if (withStages) throw new SlipwayError('usage', 'a directory has no stages', { hint: 'leave --stages out' })
    return describeDirectory(session, directory)
  }
  const inside = await openInside(session, image, request)
  return internalStep(session, 'listing packages', async () => {
    const inventory = listPackages(inside.view, inside.read)
    const packages = attributePackages(inventory, inside.layers, inside.blame)
    const described = { ...inventory, packages, name: inside.name, image: inside.id, platform: inside.platform }
    return withStages ? { ...described, ...(await describeStages(session, described)) } : described
  })
}

/** `dir:PATH`, or a path that begins with `/`, `./` or `../`: the root of a file system. Undefined for anything else. */
export function rootDirectory(text: string, cwd: string): string | undefined {
  const [, named = text] = /^dir:(.+)$/s.exec(text) ?? []
  return named !== text || /^(\/|\.\.?(\/|$))/.test(text) ? path.resolve(cwd, named) : undefined
}

/** The name has no path of this machine in it: the same files give the same document anywhere. */
async function describeDirectory(session: Session, directory: string): Promise<Sbom> {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new SlipwayError('image-not-found', `${directory} is not a directory`, {
      hint: 'name an image, or the root of a file system',
    })
  return internalStep(session, 'listing packages', async () => {
    const inventory = listPackages(openDirectory(directory), readerOf(directory))
    const packages = attributePackages(inventory, [])
    return { ...inventory, packages, name: path.basename(directory) || 'rootfs' }
  })
}

/** Links are not followed: they would lead out of the directory. */
function readerOf(directory: string): ReadPart {
  return (file, { offset, length }) => {
    try {
      const handle = openSync(fsPath(joinPath(directory, file)), constants.O_RDONLY | constants.O_NOFOLLOW)
      try {
        const bytes = Buffer.alloc(length)
        return bytes.subarray(0, readSync(handle, bytes, 0, length, offset))
      } finally {
        closeSync(handle)
      }
    } catch {
      return undefined
    }
  }
}
