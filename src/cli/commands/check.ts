import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type CheckRequest, checkPaths, defaultRoot, type FailOn, type FindImage, lastBuilt } from '../../app/index.ts'
import { type ErrorCode, exitCodeOf, SlipwayError } from '../../core/index.ts'
import { type CheckResult, paletteFrom, plainPalette, wantsColor } from '../../report/index.ts'
import { fromEnvironment } from '../build-request.ts'
import { type CheckFormat, checkFormats, renderCheck } from '../check-formats.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { stdinText } from '../stdin-text.ts'

/** Prints what was found; the exit code says whether that is a failure. */
export function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const root = input.flags.text('root')
  const { env, cwd } = context
  return runCheck(context, input, lastBuilt(root === undefined ? defaultRoot(env, cwd) : path.resolve(cwd, root)))
}

/** The same, with the image that somebody else finds. */
export async function runCheck(context: CommandContext, input: ParsedInput, findImage: FindImage): Promise<number> {
  const outputs = outputsOf(input)
  const result = await checkPaths(requestOf(context, input), {
    cwd: context.cwd,
    stdin: () => stdinText(context.stdin),
    now: Date.now,
    environment: context.env,
    findImage,
  })
  for (const { format, file } of outputs) {
    const text = renderCheck(result, format, file === undefined ? styleOf(context) : undefined)
    if (file !== undefined) writeReport(path.resolve(context.cwd, file), text)
    else if (!input.flags.bool('quiet')) await context.write(text)
  }
  const broken = result.problems.find(({ code }) => code === 'internal')
  if (broken !== undefined) throw broken.cause
  return exitCode(result)
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new SlipwayError('bad-option-value', `cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

function requestOf({ env }: CommandContext, { args, flags }: ParsedInput): CheckRequest {
  const optional = <Key extends string>(key: Key, name: string): { [K in Key]?: string } =>
    (flags.text(name) === undefined ? {} : { [key]: flags.text(name) }) as { [K in Key]?: string }
  const level = flags.text('level') as CheckRequest['level'] | undefined
  const image = flags.text('image')
  if (image !== undefined && (level === 'static' || level === 'build'))
    throw new SlipwayError('usage', `--image ${image} and --level ${level} ask for different things`)
  if (image !== undefined && args.length > 1)
    throw new SlipwayError('usage', `--image ${image} is made of one Dockerfile, not of ${args.length}`)
  return {
    paths: args.length === 0 ? ['.'] : args,
    recursive: flags.bool('recursive'),
    ...optional('file', 'file'),
    ...optional('config', 'config'),
    ...optional('baseline', 'baseline'),
    ...optional('writeBaseline', 'write-baseline'),
    ...(optional('profile', 'profile') as { profile?: NonNullable<CheckRequest['profile']> }),
    ...(optional('failOn', 'fail-on') as { failOn?: FailOn }),
    ...(level === undefined ? {} : { level: level === 'build' ? 'image' : level }),
    only: flags.list('rule'),
    skip: flags.list('skip-rule'),
    buildArgs: fromEnvironment(flags.pairs('build-arg'), env),
    reportUnusedIgnores: flags.bool('report-unused-ignores'),
  }
}

interface Output {
  readonly format: CheckFormat
  /** Standard output without it. */
  readonly file?: string
}

/** Throws `usage` for formats nobody knows, and for two that would go to standard output. */
function outputsOf({ flags }: ParsedInput): readonly Output[] {
  const written = flags.list('format')
  const outputs = (written.length === 0 ? ['text'] : written).map((text): Output => {
    const [name = '', ...rest] = text.split('=')
    const format = checkFormats.find((one) => one === name)
    if (format === undefined)
      throw new SlipwayError('usage', `--format: there is no format ${name}`, {
        hint: `there are ${checkFormats.join(', ')}`,
      })
    return rest.length === 0 ? { format } : { format, file: rest.join('=') }
  })
  const loose = outputs.filter(({ file }) => file === undefined)
  if (loose.length > 1)
    throw new SlipwayError(
      'usage',
      `only one format can go to one place, not ${loose.map(({ format }) => format).join(' and ')}`,
      {
        hint: `name files: --format ${loose.map(({ format }) => `${format}=FILE`).join(' --format ')}`,
      },
    )
  const file = flags.text('output')
  return file === undefined ? outputs : outputs.map((one) => (one.file === undefined ? { ...one, file } : one))
}

function styleOf({ stdout, env }: CommandContext) {
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  return { width: stdout.columns ?? 100, palette }
}

/** What cannot be read weighs more than what was found. */
function exitCode({ problems: [problem], failed }: CheckResult): number {
  if (problem !== undefined) return exitCodeOf(new SlipwayError(problem.code as ErrorCode, problem.message))
  return failed ? 1 : 0
}
