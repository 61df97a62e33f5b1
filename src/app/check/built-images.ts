import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Digest, digestOf, hexOf, parseDigest } from '../../core/index.ts'
import { writeRecent } from '../recent-files.ts'

/** What an image is made of: the text of a Dockerfile, and the stage that was asked for, when one was. */
export interface BuiltText {
  readonly text: string
  readonly target?: string | undefined
}

/** As many as there are traces of builds. */
const most = 200

/** Notes that a Dockerfile of this text has made an image, so that a check of the same text can tell what it costs. */
export function rememberBuilt(root: string, built: BuiltText, id: Digest): void {
  try {
    writeRecent(fileOf(root, built), id, most)
  } catch {
    // A check then knows less; the build is none the worse for it.
  }
}

/** The image that a Dockerfile of exactly this text has made last; it may have been removed since. */
export function builtFrom(root: string, built: BuiltText): Digest | undefined {
  try {
    return parseDigest(readFileSync(fileOf(root, built), 'utf8'))
  } catch {
    return undefined
  }
}

function fileOf(root: string, { text, target = '' }: BuiltText): string {
  return path.join(root, 'cache/built', hexOf(digestOf(`${target.toLowerCase()}\n${text}`)))
}
