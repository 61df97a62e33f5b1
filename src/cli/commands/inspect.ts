import { inspectImage, withSession } from '../../app/index.ts'
import type { Json } from '../../core/index.ts'
import { renderTemplate } from '../../report/index.ts'
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
