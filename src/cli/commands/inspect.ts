import { inspectImage, inspectSurface, type SurfaceReport, withSession } from '../../app/index.ts'
import type { Json } from '../../core/index.ts'
import { paletteFrom, plainPalette, renderTemplate, surfacesText, surfaceText, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

/** Members with free keys, and members that docker leaves out when they are empty. */
const shape = {
  maps: ['Labels', 'ExposedPorts', 'Volumes'],
  optional: ['ExposedPorts', 'Healthcheck', 'ArgsEscaped', 'StopSignal', 'Shell', 'Variant', 'OsVersion', 'Layers'],
  empty: {
    Cmd: '[]',
    Entrypoint: '[]',
    Env: '[]',
    OnBuild: '[]',
    Shell: '[]',
    Layers: '[]',
    ExposedPorts: 'map[]',
    Labels: 'map[]',
    Volumes: 'map[]',
    Healthcheck: '<nil>',
    StopSignal: '',
    Variant: '',
    OsVersion: '',
    ArgsEscaped: 'false',
  },
}

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  if (input.flags.bool('surface')) return runSurface(context, input)
  const format = input.flags.text('format')
  const platform = wantedPlatform(input)
  const images = await withSession(sessionOptions(context, input), async (session) => {
    const found: Json[] = []
    for (const name of input.args) found.push(await inspectImage(session, name, platform))
    return found
  })
  await context.write(rendered(images, format))
  return 0
}

function rendered(images: readonly Json[], format: string | undefined): string {
  if (format === undefined) return `${JSON.stringify(images, null, 4)}\n`
  if (format === 'json') return `${JSON.stringify(images)}\n`
  return images.map((image) => `${renderTemplate(format, image, shape)}\n`).join('')
}

async function runSurface(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const { cwd, signal, stdout, env } = context
  const platform = wantedPlatform(input)
  const options = { cwd, signal, ...(platform === undefined ? {} : { platform }) }
  const reports = await withSession(sessionOptions(context, input), async (session) => {
    const found: SurfaceReport[] = []
    for (const name of args) found.push(await inspectSurface(session, name, options))
    return found
  })
  const palette = wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
  const [only] = reports
  const isJson = flags.bool('json') || flags.text('format') === 'json'
  const lines =
    reports.length === 1 && only !== undefined
      ? surfaceText(only, { palette, all: flags.bool('all') })
      : surfacesText(reports, palette)
  await context.write(isJson ? `${JSON.stringify(reports, null, 2)}\n` : `${lines.join('\n')}\n`)
  return 0
}
