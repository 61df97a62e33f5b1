import type { StageModel } from '../facts.ts'
import { isWithin, withoutSlash } from './origins.ts'

/**
 * Whether a path of a stage is all of what the stage works in: its WORKDIR or a directory above it, or where the whole
 * context was copied to; and files of the context are in it. A directory that only holds results is none.
 */
export function isWorkTree(stage: StageModel, path: string): boolean {
  const fromContext = stage.history.flatMap(({ transfer }) =>
    transfer?.from.kind === 'context' ? [{ destination: withoutSlash(transfer.destination), transfer }] : [],
  )
  if (!fromContext.some(({ destination }) => isWithin(destination, path))) return false
  // Copies of a stage that runs nothing pass on what the context has: nothing but that can be in them.
  if (!stage.history.some(({ kind }) => kind === 'RUN')) return false
  const isRoot = fromContext.some(
    ({ destination, transfer }) =>
      isWithin(destination, path) && transfer.sources.some((source) => source.kind === 'path' && source.path === ''),
  )
  return isRoot || isWithin(stage.end.cwd, path)
}

/** A directory of the distribution: what is in it belongs to the base image more than to the application. */
export function isSystemTree(path: string): boolean {
  return systemTrees.test(path)
}

const systemTrees =
  /^(?:\/|\/(?:usr|usr\/local)(?:\/(?:bin|sbin|lib|lib32|lib64|libexec|share|include|etc))?|\/(?:bin|sbin|lib|lib32|lib64|etc|var|home|root)|\/var\/(?:lib|cache)|\/(?:usr\/)?lib\/[a-z0-9_]+-linux-(?:gnu|musl)\w*|\/usr(?:\/local)?\/lib\/python[\d.]*)$/
