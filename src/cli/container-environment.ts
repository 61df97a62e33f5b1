import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'

/** `-e NAME` takes the value of this process; a variable that is not set is not set inside either. */
export function setVariables({ env }: CommandContext, { flags }: ParsedInput): readonly string[] {
  return flags.pairs('env').flatMap(({ name, value = env[name] }) => (value === undefined ? [] : [`${name}=${value}`]))
}
