import { astToJson, astToLines, readDockerfile } from '../../app/index.ts'
import { paletteFrom, plainPalette, renderDiagnostic, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'

/** Prints what could be read even where the text is wrong; 2 when it is. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const file = await readDockerfile(input.args[0] ?? 'Dockerfile', { cwd: context.cwd, stdin: context.stdin })
  const text = input.flags.bool('json') ? JSON.stringify(astToJson(file), null, 2) : astToLines(file).join('\n')
  await context.write(text === '' ? '' : `${text}\n`)
  const { stderr, env } = context
  const palette = wantsColor(stderr, env) ? paletteFrom(env.BUILDKIT_COLORS) : plainPalette
  for (const diagnostic of file.diagnostics)
    for (const line of renderDiagnostic(diagnostic, { width: stderr.columns ?? 100, palette })) context.notice(line)
  return file.diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 2 : 0
}
