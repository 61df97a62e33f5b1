import { type FoundAttestation, readAttestations, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatBytes, renderTable } from '../../report/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { wantedPlatform } from '../platforms.ts'
import { sessionOptions } from '../session-options.ts'

const shortTypes: Readonly<Record<string, RegExp>> = {
  provenance: /^https:\/\/slsa\.dev\/provenance\//,
  sbom: /^https:\/\/(spdx\.dev\/Document|cyclonedx\.org\/bom)/,
}

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const [image = ''] = input.args
  const type = input.flags.text('type')
  const platform = wantedPlatform(input)
  const found = await withSession(sessionOptions(context, input), (session) =>
    readAttestations(session, image, {
      cwd: context.cwd,
      signal: context.signal,
      ...(platform === undefined ? {} : { platform }),
    }),
  )
  await context.write(
    type === undefined ? list(found) : `${JSON.stringify(only(image, type, found).predicate, null, 2)}\n`,
  )
  return 0
}

function list(found: readonly FoundAttestation[]): string {
  const rows = found.map(({ platform, predicateType, size, digest }) => [
    platform,
    predicateType,
    formatBytes(size),
    digest,
  ])
  const columns = ['PLATFORM', 'TYPE', 'SIZE', 'DIGEST'].map((title) => ({ title }))
  return `${renderTable(columns, rows).join('\n')}\n`
}

function only(image: string, type: string, found: readonly FoundAttestation[]): FoundAttestation {
  const pattern = shortTypes[type]
  const fitting = found.filter(({ predicateType }) => pattern?.test(predicateType) ?? predicateType === type)
  const [first, second] = fitting
  if (first === undefined) {
    const there = found.map(({ predicateType }) => predicateType)
    throw new SlipwayError('image-not-found', `${image} has no attestation of type ${type}`, {
      hint: there.length === 0 ? 'build it with --provenance or --sbom' : `it has ${[...new Set(there)].join(', ')}`,
    })
  }
  if (second === undefined || second.platform === first.platform) return first
  throw new SlipwayError('platform-unavailable', `${image} has one for every platform`, {
    notes: [`it has ${fitting.map(({ platform }) => platform).join(', ')}`],
    hint: 'choose one with --platform',
  })
}
