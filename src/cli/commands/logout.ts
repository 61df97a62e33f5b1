import { logout, registryName } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { registryEnvironment } from '../registry-environment.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [registry] = input.args
  const all = input.flags.bool('all')
  if (all && registry !== undefined) throw new SlipwayError('usage', '--all and a registry exclude each other')
  const { erased, remaining } = await logout(all ? 'all' : registry, registryEnvironment(context, input))
  for (const name of erased) await context.write(`Removed the login for ${name}\n`)
  if (erased.length === 0) context.notice(all ? 'There were no logins' : `Not logged in to ${registryName(registry)}`)
  if (remaining !== undefined) context.notice(`${remaining} still has a login for ${registryName(registry)}`)
  return 0
}
