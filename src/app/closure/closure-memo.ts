import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Gap } from '../../closure/index.ts'
import type { Platform, RuntimeConfig } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { writeRecent } from '../recent-files.ts'

/** An image of the store, or one that is still to be put there. */
export interface LayeredImage {
  readonly platform: Platform
  readonly config: RuntimeConfig
  /** Lowest first; all of them unpacked. */
  readonly layers: readonly Pick<LayerRef, 'id'>[]
}

/** A gap, and the layer that brought the file to blame: absent where the configuration is. */
export interface BlamedGap {
  readonly gap: Gap
  readonly layer?: string
}

/** What is remembered of a closure. */
export interface KnownClosure {
  readonly gaps: readonly BlamedGap[]
  readonly unknown: readonly string[]
}

/** Raised when src/closure judges otherwise, so that nothing older is believed. */
const edition = 2

/** As many as there are traces of builds. */
const most = 200

/** What was found for the same layers with the same start, however the image is called; undefined when nobody has looked. */
export function knownClosure(root: string, image: LayeredImage): KnownClosure | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(root, image), 'utf8')) as KnownClosure
  } catch {
    return undefined
  }
}

export function rememberClosure(root: string, image: LayeredImage, { gaps, unknown }: KnownClosure): void {
  try {
    writeRecent(fileOf(root, image), JSON.stringify({ gaps, unknown }), most)
  } catch {
    // A store that can only be read is looked through again.
  }
}

function fileOf(root: string, { platform, config, layers }: LayeredImage): string {
  const { User, Env, Entrypoint, Cmd, WorkingDir, Healthcheck, Shell, Volumes } = config
  const start = { User, Env, Entrypoint, Cmd, WorkingDir, Healthcheck, Shell, Volumes }
  const key = JSON.stringify([edition, platform, start, layers.map(({ id }) => id)])
  return path.join(root, 'cache/closures', createHash('sha256').update(key).digest('hex'))
}
