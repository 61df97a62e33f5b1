import path from 'node:path'
import { defaultRoot, examineMachine, type MachineReport } from '../../app/index.ts'
import { displayWidth, padToWidth } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const chosen = input.flags.text('root')
  const root = chosen === undefined ? defaultRoot(context.env, context.cwd) : path.resolve(context.cwd, chosen)
  const report = await examineMachine({ root, env: context.env })
  await context.write(input.flags.bool('json') ? `${JSON.stringify(report, null, 2)}\n` : asText(report))
  return report.ready ? 0 : 4
}

function asText(report: MachineReport): string {
  const { checks } = report
  const nameWidth = Math.max(...checks.map(({ name }) => displayWidth(name)))
  const statusWidth = Math.max(...checks.map(({ status }) => displayWidth(status)))
  const lines = checks.flatMap((check, at) => {
    // What helps several checks in a row is said once, below the last of them.
    const fix = checks[at + 1]?.fix === check.fix ? undefined : check.fix
    const line = `${padToWidth(check.name, nameWidth)}  ${padToWidth(check.status, statusWidth)}  ${check.found}`
    return fix === undefined ? [line] : [line, `${' '.repeat(nameWidth + statusWidth + 4)}fix: ${fix}`]
  })
  const verdict = report.ready
    ? `Builds run here; steps are isolated by ${report.isolation}.`
    : 'No build can run here: see what is missing.'
  return `${[...lines, '', verdict].join('\n')}\n`
}
