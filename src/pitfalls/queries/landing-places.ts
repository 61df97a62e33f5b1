import { posix } from 'node:path'
import type { StageModel, TransferModel } from '../facts.ts'
import { isWithin } from './origins.ts'

/** Where a COPY or ADD puts a file of the context; undefined when it does not bring it. The path may be a directory's. */
export function landsAt(transfer: TransferModel, file: string): string | undefined {
  if (transfer.from.kind !== 'context' || transfer.exclude.some((pattern) => matches(pattern, file))) return undefined
  for (const { path, kind, hasWildcard } of transfer.sources) {
    if (kind !== 'path') continue
    const rest = hasWildcard ? restBelowWildcard(path, file) : restBelow(path, file)
    if (rest === undefined) continue
    const { destination } = transfer
    if (rest.below !== undefined) return posix.join(destination, rest.below)
    return transfer.intoDirectory || hasWildcard
      ? posix.join(destination, posix.basename(file))
      : posix.normalize(destination)
  }
  return undefined
}

/** Files of the context that stand at a path of a stage, the last one brought first: COPY, ADD and bind mounts. */
export function contextFilesAt(stage: StageModel, path: string, candidates: readonly string[]): readonly string[] {
  return [...stage.history].reverse().flatMap(({ transfer, instruction, mounts }) => {
    const bound = mounts.flatMap(({ mount, source, target }) =>
      mount.type === 'bind' && source?.kind === 'context' && isWithin(path, target)
        ? [posix.join(mount.source ?? '', posix.relative(target, path)).replace(/^\//, '')]
        : [],
    )
    const isParents = instruction.flags.some(({ key, content }) => key === 'parents' && content !== 'false')
    return candidates.filter((file) => {
      if (bound.includes(file)) return true
      if (transfer === undefined) return false
      const place =
        isParents && landsAt(transfer, file) !== undefined
          ? posix.join(transfer.destination, file)
          : landsAt(transfer, file)
      return place === path
    })
  })
}

/** What is left of the path below a source that is a directory; no `below` when it is the file itself. */
function restBelow(source: string, file: string): { readonly below?: string } | undefined {
  if (source === file) return {}
  if (source === '') return { below: file }
  return isWithin(file, source) ? { below: posix.relative(source, file) } : undefined
}

/** A wildcard may match the file, or a directory above it; what is in a matched directory goes into the destination. */
function restBelowWildcard(pattern: string, file: string): { readonly below?: string } | undefined {
  if (matches(pattern, file)) return {}
  const parts = file.split('/')
  for (let count = parts.length - 1; count > 0; count--) {
    if (matches(pattern, parts.slice(0, count).join('/'))) return { below: parts.slice(count).join('/') }
  }
  return undefined
}

/** Go's path.Match, as COPY uses it: `*` and `?` stay within one name, `**` does not. */
function matches(pattern: string, path: string): boolean {
  const source = pattern.replace(/\*\*\/?|[*?]|[.+^${}()|\\]/g, (found) => {
    if (found.startsWith('**')) return '(?:.*/)?'
    if (found === '*') return '[^/]*'
    return found === '?' ? '[^/]' : `\\${found}`
  })
  try {
    return new RegExp(`^${source}$`).test(path)
  } catch {
    return false
  }
}
