import path from 'node:path'
import { findIgnoreFile, listDirectory, readSmallText } from '../../adapters/context/index.ts'
import type { Source } from '../../core/index.ts'
import type { Draft } from '../../fixing/index.ts'
import { parseIgnore } from '../../ignore/index.ts'
import { describeProject, type Project } from '../../project/index.ts'

/** Where a Dockerfile is and what it is built from. Absolute paths. */
export interface BuildPlace {
  readonly file: string
  readonly directory: string
  readonly cwd: string
}

const maxEntries = 50_000

/** The context as it would be with the files of a draft written. */
export function draftProject({ files }: Pick<Draft, 'files'>, place: BuildPlace): Project {
  const { directory, cwd } = place
  const ignore = ignoreFileOf({ files }, place)
  const listing = listDirectory(directory, {
    ignore: ignore === undefined ? [] : parseIgnore(ignore).patterns,
    limit: maxEntries,
  })
  return describeProject(listing, {
    ...(ignore === undefined ? {} : { ignore }),
    read: (file, maxBytes) => files.get(file) ?? readSmallText(path.join(directory, file), maxBytes),
    shown: (file) => path.relative(cwd, path.join(directory, file)),
  })
}

/** The ignore file that counts, with the files of a draft written; undefined without one. */
export function ignoreFileOf(
  { files }: Pick<Draft, 'files'>,
  { file, directory, cwd }: BuildPlace,
): Source | undefined {
  const own = path.relative(directory, `${file}.dockerignore`)
  for (const name of [own, '.dockerignore']) {
    const text = files.get(name)
    if (text !== undefined) return { path: path.relative(cwd, path.join(directory, name)), text }
  }
  return findIgnoreFile({ context: directory, cwd }, file)
}
