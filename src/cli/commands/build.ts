import path from 'node:path'
import { build, withSession, writeResultFiles } from '../../app/index.ts'
import { buildRequest, buildWorld } from '../build-request.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { readCall, runCall } from '../call-method.ts'
import { sessionOptions } from '../session-options.ts'

export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const call = readCall(flags.text('call') ?? 'build', flags.bool('check'))
  if (call.method !== 'build') return runCall(context, input, { ...call, method: call.method })
  const quiet = flags.bool('quiet')
  const request = buildRequest(context, input)
  const result = await withSession({ ...sessionOptions(context, input, { quiet }), logged: true }, (session) =>
    build(session, request, buildWorld(context)),
  )
  const fileOf = (name: string): string | undefined => {
    const file = flags.text(name)
    return file === undefined ? undefined : path.resolve(context.cwd, file)
  }
  const iidfile = fileOf('iidfile')
  const metadataFile = fileOf('metadata-file')
  writeResultFiles(result.images, {
    ...(iidfile === undefined ? {} : { iidfile }),
    ...(metadataFile === undefined ? {} : { metadataFile }),
    ...(result.digest === undefined ? {} : { digest: result.digest }),
    tags: request.tags,
  })
  if (quiet) for (const image of result.images) await context.write(`${image.id}\n`)
  return 0
}
