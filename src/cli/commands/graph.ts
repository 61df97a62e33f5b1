import { graphOnly, graphToDot, graphToJson, withSession } from '../../app/index.ts'
import { buildRequest, buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const request = buildRequest(context, input)
  const graphs = await withSession(sessionOptions(context, input), (session) =>
    graphOnly(session, request, buildWorld(context)),
  )
  for (const graph of graphs) {
    await context.write(
      input.flags.bool('dot') ? graphToDot(graph) : `${JSON.stringify(graphToJson(graph), null, 2)}\n`,
    )
  }
  return 0
}
