import { writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  componentsOf,
  cyclonedxDocument,
  describeImage,
  documentTime,
  type Sbom,
  spdxDocument,
  spdxTagValue,
  withSession,
} from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { paletteFrom, plainPalette, sbomText, wantsColor } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { programVersion } from '../program-version.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags, args } = input
  const { cwd, signal } = context
  const platform = wantedPlatform(input)
  const request = {
    image: args[0] ?? '',
    withStages: flags.bool('stages'),
    cwd,
    signal,
    ...(platform === undefined ? {} : { platform }),
  }
  const [sbom, created] = await withSession(
    sessionOptions(context, input),
    async (session) => [await describeImage(session, request), documentTime(session)] as const,
  )
  const file = flags.text('output')
  const isPrinted = file === undefined || file === '-'
  const text = textOf(context, sbom, { format: flags.text('format') ?? 'table', created, isPrinted })
  if (isPrinted) await context.write(text)
  else writeText(path.resolve(cwd, file), text)
  return 0
}

interface Form {
  readonly format: string
  readonly created: number
  readonly isPrinted: boolean
}

function textOf({ stdout, env }: CommandContext, sbom: Sbom, { format, created, isPrinted }: Form): string {
  const authorship = { version: programVersion, created }
  switch (format) {
    case 'spdx-json':
      return asJson(spdxDocument(sbom, authorship))
    case 'spdx-tag-value':
      return spdxTagValue(sbom, authorship)
    case 'cyclonedx-json':
      return asJson(cyclonedxDocument(sbom, authorship))
    case 'json':
      return asJson({ ...sbom, packages: componentsOf(sbom), stages: undefined })
    default: {
      const palette = isPrinted && wantsColor(stdout, env) ? paletteFrom(env['BUILDKIT_COLORS']) : plainPalette
      return `${sbomText(sbom, componentsOf(sbom), palette).join('\n')}\n`
    }
  }
}

function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new SlipwayError('bad-option-value', `cannot write ${file}: ${(cause as Error).message}`, { cause })
  }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
