import { findSteps, lastBuild, whyLines, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatAge } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const trace = await withSession(sessionOptions(context, input), lastBuild)
  const step = input.args.length === 0 ? undefined : input.args.join(' ')
  if (step !== undefined && findSteps(trace, step).length === 0) {
    throw new SlipwayError('usage', `the last build (${trace.title}) has no step ${JSON.stringify(step)}`, {
      hint: 'name a line of the Dockerfile, a stage, or a part of an instruction',
    })
  }
  if (input.flags.bool('json')) {
    const steps = step === undefined ? trace.steps : findSteps(trace, step)
    await context.write(`${JSON.stringify({ ...trace, steps }, null, 2)}\n`)
    return 0
  }
  const age = formatAge(trace.started, Date.now())
  const lines = whyLines(trace, {
    age: `${age.charAt(0).toLowerCase()}${age.slice(1)}`,
    ...(step === undefined ? {} : { step }),
  })
  await context.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}
