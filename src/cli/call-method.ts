import { checkFile, outlineFile, type Session, targetsOfFile, withSession } from '../app/index.ts'
import { exitCodeOf, SlipwayError } from '../core/index.ts'
import {
  checkJson,
  checkText,
  type FrameStyle,
  outlineJson,
  outlineText,
  paletteFrom,
  plainPalette,
  targetsJson,
  targetsText,
  wantsColor,
} from '../report/index.ts'
import { buildRequest, buildWorld } from './build-request.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'
import { sessionOptions } from './session-options.ts'

type Method = 'check' | 'outline' | 'targets'

/** `--call=METHOD[,format=json|text][,ignorestatus]`, understood. */
export interface Call {
  readonly method: Method | 'build'
  readonly json: boolean
  /** End with 0 whatever was found. */
  readonly ignoreStatus: boolean
}

/** Reads `--call` and `--check`. Throws `usage`. */
export function readCall(text: string, check: boolean): Call {
  const [name = '', ...fields] = text.split(',')
  const method = methodOf(name)
  if (check && method !== 'build' && method !== 'check')
    throw new SlipwayError('usage', `--check and --call=${name} ask for different things`)
  let call: Call = { method: check ? 'check' : method, json: false, ignoreStatus: false }
  for (const field of fields) {
    const [key = '', value] = field.split('=', 2)
    if (key === 'format' && (value === 'json' || value === 'text')) call = { ...call, json: value === 'json' }
    else if (key === 'ignorestatus') call = { ...call, ignoreStatus: value !== 'false' && value !== '0' }
    else
      throw new SlipwayError('usage', `--call: ${JSON.stringify(field)} is no option`, {
        hint: 'there are format=json, format=text and ignorestatus',
      })
  }
  return call
}

function methodOf(name: string): Call['method'] {
  if (name === '' || name === 'build') return 'build'
  if (name === 'check' || name === 'lint') return 'check'
  if (name === 'outline' || name === 'targets') return name
  throw new SlipwayError('usage', `--call: there is no method ${JSON.stringify(name)}`, {
    hint: 'the methods are build, check, outline and targets',
  })
}

/** Asks instead of building: the answer goes to standard output, the result is the exit code. */
export async function runCall(
  context: CommandContext,
  input: ParsedInput,
  call: Call & { readonly method: Method },
): Promise<number> {
  const request = buildRequest(context, input)
  const world = buildWorld(context)
  const quiet = input.flags.bool('quiet')
  const ask = <T>(question: (session: Session) => Promise<T>): Promise<T> =>
    withSession(sessionOptions(context, input, { quiet }), question)
  switch (call.method) {
    case 'check':
      return printCheck(context, await ask((session) => checkFile(session, request, world)), call)
    case 'outline': {
      const { outline, source } = await ask((session) => outlineFile(session, request, world))
      await print(context, call.json ? outlineJson(outline, source) : outlineText(outline))
      return 0
    }
    case 'targets': {
      const { targets, source } = await ask((session) => targetsOfFile(session, request, world))
      await print(context, call.json ? targetsJson(targets, source) : targetsText(targets))
      return 0
    }
  }
}

/** 1 with findings; what keeps the file from being built is thrown, and in JSON a member of its own. */
async function printCheck(
  context: CommandContext,
  check: Awaited<ReturnType<typeof checkFile>>,
  { json, ignoreStatus }: Call,
): Promise<number> {
  const { findings, error } = check
  const found = findings.length > 0 || error === undefined
  if (json) await print(context, checkJson(check))
  else if (found) await print(context, checkText(findings, styleOf(context)))
  if (ignoreStatus) return 0
  if (error === undefined) return findings.length > 0 ? 1 : 0
  if (json) return exitCodeOf(error)
  throw error
}

async function print(
  context: CommandContext,
  what: readonly string[] | Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = Array.isArray(what) ? what.join('\n') : JSON.stringify(what, null, 2)
  await context.write(`${text}\n`)
}

function styleOf({ stdout, env }: CommandContext): FrameStyle {
  const palette = wantsColor(stdout, env) ? paletteFrom(env.BUILDKIT_COLORS) : plainPalette
  return { width: stdout.columns ?? 100, palette }
}
