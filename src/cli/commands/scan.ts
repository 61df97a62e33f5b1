import { imagesWith, scanImage, type ScanRequest, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import {
  paletteFrom,
  plainPalette,
  renderTable,
  type ScanFailOn,
  scanJson,
  scanMarkdown,
  type ScanReport,
  scanSarif,
  scanText,
  wantsColor,
} from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { programVersion } from '../program-version.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const [subject] = args
  const id = flags.text('id')
  if (id !== undefined) {
    if (subject !== undefined)
      throw new SlipwayError('usage', `--id ${id} looks at all images of the store, not at ${subject} alone`)
    return runHits(context, input, id)
  }
  if (subject === undefined)
    throw new SlipwayError('usage', 'there is nothing to scan', { hint: 'name an image, sbom:FILE or a directory' })
  const report = await withSession(sessionOptions(context, input), (session) =>
    scanImage(session, requestOf(context, input, subject)),
  )
  await context.write(render(context, input, report))
  return report.failed ? 1 : 0
}

function requestOf({ cwd, signal }: CommandContext, input: ParsedInput, subject: string): ScanRequest {
  const { flags } = input
  const [platform, config, failOn] = [wantedPlatform(input), flags.text('config'), flags.text('fail-on')]
  return {
    subject,
    stages: flags.bool('stages'),
    offline: flags.bool('offline'),
    cwd,
    signal,
    ...(platform === undefined ? {} : { platform }),
    choice: {
      cwd,
      ignore: flags.list('ignore'),
      vex: flags.list('vex'),
      ...(flags.given('only-fixed') ? { onlyFixed: flags.bool('only-fixed') } : {}),
      ...(failOn === undefined ? {} : { failOn: failOn as ScanFailOn }),
      ...(config === undefined ? {} : { config }),
    },
  }
}

function render({ stdout, env }: CommandContext, { flags }: ParsedInput, report: ScanReport): string {
  switch (flags.bool('json') ? 'json' : flags.text('format')) {
    case 'json':
      return asJson(scanJson(report))
    case 'sarif':
      return asJson(scanSarif(report, { version: programVersion }))
    case 'markdown':
      return asText(scanMarkdown(report))
    default: {
      const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
      return asText(scanText(report, { now: Date.now(), palette }))
    }
  }
}

/** Images that have a vulnerability; 1 when there are any. */
async function runHits(context: CommandContext, input: ParsedInput, id: string): Promise<number> {
  const { cwd, signal } = context
  const found = await withSession(sessionOptions(context, input), (session) => imagesWith(session, { id, cwd, signal }))
  for (const sentence of found.skipped) context.notice(sentence)
  if (input.flags.bool('json') || input.flags.text('format') === 'json') await context.write(asJson({ id, ...found }))
  else if (found.hits.length === 0) await context.write(`none of ${found.looked} images has ${id}\n`)
  else {
    const rows = found.hits.flatMap(({ name, platform, vulnerabilities }) =>
      vulnerabilities.map(({ package: of, fixed, level }) => [
        name,
        platform,
        of.name,
        of.version,
        fixed ?? '-',
        level,
      ]),
    )
    const titles = ['IMAGE', 'PLATFORM', 'PACKAGE', 'VERSION', 'FIXED IN', 'LEVEL']
    await context.write(
      asText(
        renderTable(
          titles.map((title) => ({ title })),
          rows,
        ),
      ),
    )
  }
  return found.hits.length > 0 ? 1 : 0
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
