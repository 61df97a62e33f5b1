import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { programVersion } from '../program-version.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const facts = { version: programVersion, node: process.version, platform: `${process.platform}/${process.arch}` }
  const wantsJson = input.command.name === 'version' && input.flags.bool('json')
  await context.write(wantsJson ? `${JSON.stringify(facts)}\n` : `slipway ${programVersion}\n`)
  return 0
}
