import type { ShellCommand } from '../command.ts'
import { textOf } from './options.ts'
import { type Deed, resolvePath } from './subject.ts'

/** The files that redirections of a command write. */
export function redirections(command: ShellCommand): readonly Deed[] {
  const paths = command.redirects.flatMap(({ operator, target }) => {
    const text = textOf(target)
    const writes = /^\d*&?>[>|&]?$/.test(operator) && !(operator.endsWith('&') && /^[\d-]+$/.test(text))
    return writes && !text.startsWith('/dev/') ? [resolvePath(command.cwd, text)] : []
  })
  return paths.length === 0 ? [] : [{ kind: 'write', paths }]
}
