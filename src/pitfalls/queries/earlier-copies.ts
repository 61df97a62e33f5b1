import { posix } from 'node:path'
import type { Facts, StepModel, TransferPath } from '../facts.ts'
import { isWithin, withoutSlash } from './origins.ts'
import { covers, overlaps } from './overlaps.ts'

/** Where a question about copies is asked. */
export interface CopyQuestion {
  /** The RUN that asks. */
  readonly step: StepModel
  readonly earlier: readonly StepModel[]
  readonly project: Facts['project']
}

/**
 * The last COPY or ADD among earlier steps that has brought a path, or something below it. Where only the content of a
 * directory tells, the listing of the context decides; without one, and for the files of stages, it is believed only when
 * nothing in the asking step could have made the path.
 */
export function copiedEarlier(path: string, { step, earlier, project }: CopyQuestion): StepModel | undefined {
  return earlier.findLast(({ transfer }) => {
    if (transfer === undefined) return false
    const { from, destination, intoDirectory } = transfer
    return transfer.sources.some((source) => {
      const named = posix.join(destination, source.kind === 'url' ? urlName(source.path) : posix.basename(source.path))
      if (source.path !== '' && source.kind !== 'path') return overlaps(path, intoDirectory ? named : destination)
      if (covers(path, withoutSlash(destination)) && (!intoDirectory || !path.endsWith('*'))) return true
      const files = from.kind === 'context' ? below(source, project) : undefined
      if (files !== undefined) return files.some((file) => covers(path, posix.join(destination, file)))
      if (intoDirectory && covers(path, named) && posix.extname(source.path) !== '') return true
      return isWithin(path, destination) && !mayMake(step)
    })
  })
}

/** The files of the context that a source brings, as they are called below the destination; undefined without a listing. */
function below({ path, hasWildcard }: TransferPath, project: Facts['project']): readonly string[] | undefined {
  if (project === undefined || project.truncated) return undefined
  const sent = project.files.filter(({ kind, ignored }) => kind !== 'directory' && !ignored)
  if (!hasWildcard)
    return sent.flatMap((file) => {
      if (file.path === path) return [posix.basename(path), '']
      return path === '' ? [file.path] : file.path.startsWith(`${path}/`) ? [file.path.slice(path.length + 1)] : []
    })
  const depth = path.split('/').length
  return sent
    .filter((file) => covers(path, file.path))
    .flatMap((file) => {
      const parts = file.path.split('/')
      return parts.length === depth ? [parts.at(-1) ?? ''] : [parts.slice(depth).join('/')]
    })
}

/** The step runs something that may have made files of its own. */
function mayMake({ command }: StepModel): boolean {
  return (command?.actions ?? []).some(({ kind }) =>
    ['build', 'install', 'unpack', 'clone', 'other', 'test'].includes(kind),
  )
}

function urlName(url: string): string {
  return posix.basename(url.replace(/[?#].*$/, ''))
}
