import path from 'node:path'
import {
  type ChangedText,
  createText,
  type FixedFile,
  fixFiles,
  type FixRequest,
  replaceText,
  unifiedDiff,
} from '../app/index.ts'
import { positionAt } from '../core/index.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'
import { fromEnvironment } from './build-request.ts'

/** `fix` without --update-bases: what the rules can repair. */
export async function fixFindings(context: CommandContext, input: ParsedInput): Promise<number> {
  const { flags } = input
  const { cwd } = context
  const files = await fixFiles(fixRequest(context, input), { cwd, now: Date.now })
  const changes = files.flatMap((file) => file.changes)
  for (const file of files) tell(context, file)
  const patches = await Promise.all(changes.map((change) => patchOf(change, cwd)))
  if (flags.bool('write')) for (const change of changes) await write(change)
  if (flags.text('format') === 'json')
    await context.write(
      `${JSON.stringify({ files: files.map((file) => toJson(file)), patch: patches.join('') }, null, 2)}\n`,
    )
  else if (!flags.bool('write')) for (const patch of patches) await context.write(patch)
  if (changes.length === 0) context.notice('nothing to change')
  return changes.length > 0 && !flags.bool('write') ? 1 : 0
}

function fixRequest({ env }: CommandContext, { args, flags }: ParsedInput): FixRequest {
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
    unproven: flags.bool('unsafe'),
  }
}

function patchOf({ path: file, ...texts }: ChangedText, cwd: string): Promise<string> {
  return unifiedDiff({ path: path.relative(cwd, file), ...texts })
}

async function write({ path: file, before, after }: ChangedText): Promise<void> {
  if (before === undefined) await createText(file, after)
  else await replaceText(file, { before, after })
}

function tell({ notice }: CommandContext, { shown, outcome, held }: FixedFile): void {
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
  notice(`${shown}: ${fixes} left out that only a rebuild can show to be right: add --unsafe to make them all the same`)
}

function toJson({ shown, outcome, changes, held }: FixedFile): Readonly<Record<string, unknown>> {
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
    heldBack: held.map(({ code }) => code),
    left: left.length,
  }
}

function inOrder<T extends { readonly place: number }>(fixes: readonly T[]): readonly T[] {
  return fixes.toSorted((a, b) => a.place - b.place)
}
