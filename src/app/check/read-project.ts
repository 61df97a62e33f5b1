import path from 'node:path'
import { findIgnoreFile, listDirectory, readSmallText } from '../../adapters/context/index.ts'
import { parseIgnore } from '../../ignore/index.ts'
import { describeProject, holdsPipelines, type Project } from '../../project/index.ts'

export interface ReadProjectOptions {
  /** Path of the Dockerfile, for the ignore file beside it. */
  readonly dockerfile?: string
  /** Where relative paths start, and what shown paths are relative to. The directory itself without it. */
  readonly cwd?: string
  /** How many entries are listed: 50,000 without it. */
  readonly limits?: { readonly entries?: number }
}

/** Lists a context directory and describes it. Links are not followed; what cannot be read is left out. */
export function readProject(directory: string, options: ReadProjectOptions = {}): Project {
  const { dockerfile, limits } = options
  const root = path.resolve(options.cwd ?? '.', directory)
  const cwd = options.cwd ?? root
  const ignore = findIgnoreFile(
    { context: root, cwd },
    dockerfile === undefined ? undefined : path.resolve(cwd, dockerfile),
  )
  const listing = listDirectory(root, {
    ignore: ignore === undefined ? [] : parseIgnore(ignore).patterns,
    limit: limits?.entries ?? 50_000,
    enter: holdsPipelines,
  })
  const prefix = path.relative(cwd, root)
  return describeProject(listing, {
    ...(ignore === undefined ? {} : { ignore }),
    read: (file, maxBytes) => readSmallText(path.join(root, file), maxBytes),
    shown: (file) => (prefix.startsWith('..') ? path.join(root, file) : path.join(prefix, file)),
  })
}
