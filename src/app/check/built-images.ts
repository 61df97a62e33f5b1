import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf, hexOf, parseDigest } from '../../core/index.ts'
import { writeRecent } from '../recent-files.ts'

/** As many as there are traces of builds. */
const most = 200

/** Notes that a Dockerfile of this text has made an image, so that a check of the same text can tell what it costs. */
export function rememberBuilt(root: string, text: string, id: Digest): void {
  try {
    writeRecent(fileOf(root, text), id, most)
  } catch {
    // A check then knows less; the build is none the worse for it.
  }
}

/** The image that a Dockerfile of exactly this text has made last; it may have been removed since. */
export function builtFrom(root: string, text: string): Digest | undefined {
  try {
    return parseDigest(readFileSync(fileOf(root, text), 'utf8'))
  } catch {
    return undefined
  }
}

function fileOf(root: string, text: string): string {
  return path.join(root, 'cache/built', hexOf(digestOf(text)))
}
