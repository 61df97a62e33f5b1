import { type Diagnostic, didYouMean } from '../core/index.ts'
import { type Draft, stepsOf } from './draft.ts'

/** Arguments that mean something without an ARG: platforms, proxies, and those that steer the builder. */
const predefined = /^(?:(?:BUILD|TARGET)[A-Z]+|(?:https?|ftp|no|all)_proxy|BUILDKIT_.*|SOURCE_DATE_EPOCH)$/i

/** A warning for each `--build-arg` that no ARG of the file or of a known trigger declares. */
export function unusedBuildArgs(draft: Draft): readonly Diagnostic[] {
  const declared = new Set([...draft.scope.declared, ...draft.stages.flatMap(stepsOf).flatMap(argNames)])
  const at = { source: draft.file.source, span: { start: 0, end: 0 } }
  return Object.keys(draft.options.buildArgs)
    .filter((name) => !declared.has(name) && !predefined.test(name))
    .map((name) => {
      const hint = didYouMean(name, declared)
      const message = `--build-arg ${name} is not used: no ARG declares it`
      return {
        code: 'UnusedBuildArg',
        severity: 'warning',
        message,
        at,
        related: [],
        ...(hint === undefined ? {} : { hint }),
      }
    })
}

function argNames({ instruction }: ReturnType<typeof stepsOf>[number]): readonly string[] {
  return instruction.kind === 'ARG' ? instruction.pairs.map((pair) => pair.key.text) : []
}
