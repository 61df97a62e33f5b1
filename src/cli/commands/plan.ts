import { planOnly, planToDot, planToJson, withSession } from '../../app/index.ts'
import { buildRequest, buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const request = buildRequest(context, input)
  const { plan } = await withSession(sessionOptions(context, input), (session) =>
    planOnly(session, request, buildWorld(context)),
  )
  await context.write(input.flags.bool('dot') ? planToDot(plan) : `${JSON.stringify(planToJson(plan), null, 2)}\n`)
  return 0
}
