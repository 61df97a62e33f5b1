import { diffImages, diffPlatforms, type JudgedDifference, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import {
  type DifferenceStyle,
  differenceHtml,
  differenceMarkdown,
  differenceText,
  paletteFrom,
  parityText,
  plainPalette,
  thresholdLines,
  vulnerabilityText,
  wantsColor,
} from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const [image = '', other] = args
  const { cwd, signal } = context
  const options = sessionOptions(context, input)
  const json = flags.bool('json') || flags.text('format') === 'json'
  if (flags.bool('arch')) {
    if (
      flags.text('format') === 'markdown' ||
      flags.text('format') === 'html' ||
      flags.text('fail-on') !== undefined ||
      flags.bool('cve')
    )
      throw new SlipwayError('usage', '--arch has text and json only, and neither --fail-on nor --cve')
    if (other !== undefined) throw new SlipwayError('usage', '--arch compares the platforms of one image')
    const parity = await withSession(options, (session) => diffPlatforms(session, { image, cwd, signal }))
    await context.write(json ? asJson(parity) : asText(parityText(parity, styleOf(context, input))))
    return parity.same ? 0 : 1
  }
  if (other === undefined)
    throw new SlipwayError('usage', 'there is nothing to compare the image with', {
      hint: 'name two images, or add --arch to compare the platforms of one',
    })
  const platform = wantedPlatform(input)
  const failOn = flags.text('fail-on')
  const request = {
    before: image,
    after: other,
    cwd,
    signal,
    ...(platform === undefined ? {} : { platform }),
    ...(failOn === undefined ? {} : { failOn }),
    withVulnerabilities: flags.bool('cve'),
  }
  const difference = await withSession(options, (session) => diffImages(session, request))
  await context.write(shown(difference, json ? 'json' : flags.text('format'), styleOf(context, input)))
  if (failOn === undefined) return difference.same ? 0 : 1
  return difference.thresholds.every(({ outcome }) => outcome === 'pass') ? 0 : 1
}

function shown(difference: JudgedDifference, format: string | undefined, style: DifferenceStyle): string {
  const { thresholds, vulnerabilities } = difference
  if (format === 'json') return asJson(difference)
  if (format === 'markdown') return asText(differenceMarkdown(difference, style.allFiles))
  if (format === 'html') return asText(differenceHtml(difference, style.allFiles))
  const verdicts = thresholdLines(difference, thresholds, style.palette)
  const known = vulnerabilities === undefined ? [] : ['', ...vulnerabilityText(vulnerabilities, style)]
  return asText([...differenceText(difference, style), ...known, ...(verdicts.length === 0 ? [] : ['', ...verdicts])])
}

function styleOf({ stdout, env }: CommandContext, { flags }: ParsedInput): DifferenceStyle {
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  return { width: stdout.columns ?? 120, palette, allFiles: flags.bool('files') }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function asText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
