import path from 'node:path'
import {
  type ChangedText,
  createText,
  type FixedFile,
  type FixedText,
  fixFiles,
  type FixRequest,
  proveFiles,
  type ProvenFile,
  replaceText,
  unifiedDiff,
  withSession,
} from '../app/index.ts'
import { positionAt } from '../core/index.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'
import { proofTable } from './proof-table.ts'
import { proveRequest } from './prove-request.ts'
import { sessionOptions } from './session-options.ts'
import { buildWorld, fromEnvironment } from './build-request.ts'

/** `fix` without --update-bases: what the rules can repair. */
export async function fixFindings(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const { cwd } = context
  const fixed = await fixFiles(fixRequest(context, input), { cwd, now: Date.now })
  const files = flags.bool('prove')
    ? await proven(context, input, fixed)
    : fixed.map((file) => ({ ...file, proofs: [] }))
  const changes = files.flatMap((file) => file.changes)
  for (const file of files) tellFixes(context, file)
  const patches = await Promise.all(changes.map((change) => patchOf(change, cwd)))
  if (flags.bool('write')) for (const change of changes) await write(change)
  await print(context, input, { files, patches })
  if (changes.length === 0) context.notice('nothing to change')
  return changes.length > 0 && !flags.bool('write') ? 1 : 0
}

function proven(
  context: CommandContext,
  input: ParsedInput,
  files: readonly FixedFile[],
): Promise<readonly ProvenFile[]> {
  const how = { request: proveRequest(context, input), world: buildWorld(context) }
  return withSession(sessionOptions(context, input), (session) => proveFiles(session, files, how))
}

/** Standard output is for the patch; the table of proofs has it when the patch is not shown. */
async function print(
  context: CommandContext,
  { flags }: ParsedInput,
  { files, patches }: { readonly files: readonly ProvenFile[]; readonly patches: readonly string[] },
): Promise<void> {
  if (flags.text('format') === 'json') {
    const found = { files: files.map((file) => toJson(file)), patch: patches.join('') }
    return context.write(`${JSON.stringify(found, null, 2)}\n`)
  }
  const table = proofTable(files.flatMap(({ proofs }) => proofs))
  if (flags.bool('write')) return table.length === 0 ? undefined : context.write(`${table.join('\n')}\n`)
  for (const line of table) context.notice(line)
  for (const patch of patches) await context.write(patch)
}

/** Which files, and what a build of them would be given. */
export function fixRequest({ env }: CommandContext, { args, flags }: ParsedInput): FixRequest {
  const [only, ...others] = flags.list('file')
  const directory = args.length === 1 || (args.length === 0 && others.length === 0)
  const isOfDirectory = only !== undefined && others.length === 0 && directory
  return {
    paths: isOfDirectory
      ? [args[0] ?? '.']
      : args.length + flags.list('file').length === 0
        ? ['.']
        : [...args, ...flags.list('file')],
    ...(isOfDirectory ? { file: only } : {}),
    recursive: flags.bool('recursive'),
    buildArgs: fromEnvironment(flags.pairs('build-arg'), env),
    rules: flags.list('rule'),
    unproven: flags.bool('unsafe') || flags.bool('prove'),
  }
}

/** The change as `git apply` takes it. */
export function patchOf({ path: file, ...texts }: ChangedText, cwd: string): Promise<string> {
  return unifiedDiff({ path: path.relative(cwd, file), ...texts })
}

async function write({ path: file, before, after }: ChangedText): Promise<void> {
  if (before === undefined) await createText(file, after)
  else await replaceText(file, { before, after })
}

/** What was done, what was not, and what is left, for people. */
export function tellFixes(
  { notice }: CommandContext,
  { shown, outcome, held }: FixedText,
  ways = '--prove rebuilds, --unsafe makes them unproven',
): void {
  const { applied, withdrawn } = outcome
  const line = (place: number): number => positionAt({ path: shown, text: outcome.before.text }, place).line
  const told = [
    ...applied.map(({ place, finding, fix }) => ({ place, what: `${finding.code}: ${fix.title}` })),
    ...withdrawn.map(({ place, finding, fix, reason }) => ({
      place,
      what: `${finding.code}: not made: ${fix.title}: ${reason}`,
    })),
  ].sort((a, b) => a.place - b.place)
  for (const { place, what } of told) notice(`${shown}:${line(place)}: ${what}`)
  if (held.length === 0) return
  const fixes = held.length === 1 ? 'a fix' : `${held.length} fixes`
  notice(`${shown}: ${fixes} left out that only a rebuild can show to be right: ${ways}`)
}

/** The same for programs. */
export function toJson({
  shown,
  outcome,
  changes,
  held,
  proofs,
}: FixedText & Pick<ProvenFile, 'changes' | 'proofs'>): Readonly<Record<string, unknown>> {
  const { applied, withdrawn, left, before } = outcome
  const source = { path: shown, text: before.text }
  const line = (place: number): number => positionAt(source, place).line
  return {
    file: shown,
    changed: changes.map(({ path: file }) => path.relative(path.dirname(file), file)),
    applied: inOrder(applied).map(({ place, finding, fix, round }) => ({
      rule: finding.code,
      line: line(place),
      title: fix.title,
      claims: fix.claims,
      round,
    })),
    withdrawn: inOrder(withdrawn).map(({ place, finding, fix, reason }) => ({
      rule: finding.code,
      line: line(place),
      title: fix.title,
      reason,
    })),
    proofs: proofs.map(({ fix, ...measured }) => ({
      rule: fix.finding.code,
      line: line(fix.place),
      title: fix.fix.title,
      ...measured,
    })),
    heldBack: held.map(({ code }) => code),
    left: left.length,
  }
}

function inOrder<T extends { readonly place: number }>(fixes: readonly T[]): readonly T[] {
  return fixes.toSorted((a, b) => a.place - b.place)
}
