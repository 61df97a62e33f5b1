import { posix } from 'node:path'
import type { Facts, StageModel } from '../facts.ts'
import { inDirectory } from './manifest-at.ts'
import { hasCompiler } from './compilers-at-hand.ts'
import type { Linkage, LinkQuestion } from './made-code.ts'

/**
 * How `go build` links: without cgo statically. cgo is on unless CGO_ENABLED=0 or no C compiler is there, and then only
 * programs that use C, or net or os/user of the standard library, need libc.
 */
export function linkageOfGo(
  facts: Facts,
  stage: StageModel,
  { action, step, contextDirectory }: LinkQuestion,
): Linkage {
  const { command } = action
  const set = command.variables.get('CGO_ENABLED')
  if (action.static === true || set === '0' || isWrittenOff(stage)) return { isStatic: true }
  const compiler = hasCompiler(stage, step)
  if (compiler === false) return { isStatic: true }
  const module = inDirectory(facts.project?.go, contextDirectory)
  if (module === undefined) return {}
  if (!module.usesCgo && !module.usesNet) return { isStatic: true }
  const tags = command.args.flatMap((arg, index) =>
    arg === '-tags' || arg === '--tags' ? [command.args[index + 1] ?? ''] : /^--?tags=/.test(arg) ? [arg] : [],
  )
  if (!module.usesCgo && /\bnetgo\b/.test(`${tags.join(' ')} ${command.variables.get('GOFLAGS') ?? ''}`))
    return { isStatic: true }
  if (compiler === undefined && set !== '1') return {}
  const { libc } = stage.base
  return { isStatic: false, ...(libc === 'glibc' || libc === 'musl' ? { libc } : {}) }
}

/** `go env -w CGO_ENABLED=0`. */
function isWrittenOff({ history }: StageModel): boolean {
  return history.some(({ command }) =>
    command?.script.commands.some(
      ({ program, args }) => posix.basename(program) === 'go' && args[0] === 'env' && args.includes('CGO_ENABLED=0'),
    ),
  )
}
