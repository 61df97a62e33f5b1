import {
  createText,
  fixIgnore,
  type FixedIgnore,
  type IgnoreProof,
  proveIgnore,
  replaceText,
  withSession,
} from '../app/index.ts'
import { formatBytes } from '../report/index.ts'
import { buildWorld } from './build-request.ts'
import type { CommandContext } from './command.ts'
import { fixRequest, patchOf } from './fix-findings.ts'
import type { ParsedInput } from './flags.ts'
import { proveRequest } from './prove-request.ts'
import { sessionOptions } from './session-options.ts'

interface Shown extends FixedIgnore {
  readonly proof?: IgnoreProof
}

/** How many lines of what differs or is gone are shown. */
const shownLines = 10

/** `fix --ignore`: the ignore file that the contexts need. */
export async function fixContext(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const { cwd } = context
  const found = onePerFile(await fixIgnore(fixRequest(context, input), { cwd }))
  const files = flags.bool('prove') ? await proven(context, input, found) : found
  for (const file of files) tell(context, file)
  const changes = files.flatMap(({ change }) => change ?? [])
  const patches = await Promise.all(changes.map((change) => patchOf(change, cwd)))
  if (flags.bool('write'))
    for (const { path, before, after } of changes)
      await (before === undefined ? createText(path, after) : replaceText(path, { before, after }))
  if (flags.text('format') === 'json') await context.write(`${JSON.stringify(toJson(files, patches), null, 2)}\n`)
  else if (!flags.bool('write')) for (const patch of patches) await context.write(patch)
  if (changes.length === 0) context.notice('nothing to change')
  return changes.length > 0 && !flags.bool('write') ? 1 : 0
}

/** Several Dockerfiles may share a context: the first that finds something to change has it. */
function onePerFile(files: readonly FixedIgnore[]): readonly FixedIgnore[] {
  const places = files.map(({ change }) => change?.path)
  return files.filter(({ change }, at) => change === undefined || places.indexOf(change.path) === at)
}

function proven(context: CommandContext, input: ParsedInput, files: readonly FixedIgnore[]): Promise<readonly Shown[]> {
  const how = { request: proveRequest(context, input), world: buildWorld(context) }
  return withSession(sessionOptions(context, input), async (session) => {
    const shown: Shown[] = []
    for (const file of files)
      shown.push(file.plan === undefined ? file : { ...file, proof: await proveIgnore(session, file, how) })
    return shown
  })
}

function tell({ notice }: CommandContext, { shown, plan, proof, truncated }: Shown): void {
  if (plan === undefined) return
  const { before, after, gone } = plan
  const least = truncated ? 'at least ' : ''
  notice(
    `${shown}: the context has ${least}${before.files} files, ${formatBytes(before.bytes)} -> ${after.files} files, ${formatBytes(after.bytes)}; no COPY loses what it names`,
  )
  for (const { path, files, bytes } of gone.slice(0, shownLines))
    notice(`  ${path}: ${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)} left out`)
  if (gone.length > shownLines) notice(`  and ${gone.length - shownLines} more`)
  if (proof === undefined) return
  if (proof.same) return notice(`${shown}: built before and after: the same image, layers ${proof.after}`)
  if (proof.failure !== undefined)
    return notice(`${shown}: it could not be built before (${proof.failure}), and can be now: layers ${proof.after}`)
  notice(`${shown}: built before and after: layers ${proof.before} became ${proof.after}`)
  for (const difference of proof.differences.slice(0, shownLines)) notice(`  ${difference}`)
  if (proof.differences.length > shownLines) notice(`  and ${proof.differences.length - shownLines} more`)
}

function toJson(files: readonly Shown[], patches: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    files: files.map(({ dockerfile, shown, plan, proof, truncated }) => ({
      dockerfile,
      file: shown,
      truncated,
      ...(plan === undefined ? {} : { added: plan.added, before: plan.before, after: plan.after, gone: plan.gone }),
      ...(proof === undefined ? {} : { proof }),
    })),
    patch: patches.join(''),
  }
}
