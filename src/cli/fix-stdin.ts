import { fixText, unifiedDiff } from '../app/index.ts'
import { SlipwayError } from '../core/index.ts'
import { fromEnvironment } from './build-request.ts'
import type { CommandContext } from './command.ts'
import { tellFixes, toJson } from './fix-findings.ts'
import type { ParsedInput } from './flags.ts'
import { stdinText } from './stdin-text.ts'

/** `fix -`: the repaired text, all of it, or what `--format` asks for. */
export async function fixStdin(context: CommandContext, { flags }: ParsedInput): Promise<number> {
  const misplaced = needFiles.find((name) => flags.given(name))
  if (misplaced !== undefined)
    throw new SlipwayError('usage', `--${misplaced} is for files, and standard input is none`, {
      hint: 'slipway fix - prints the repaired text; write it to a file first for all else',
    })
  const text = await stdinText(context.stdin, { exact: true })
  const fixed = await fixText(
    text,
    {
      buildArgs: fromEnvironment(flags.pairs('build-arg'), context.env),
      rules: flags.list('rule'),
      unproven: flags.bool('unsafe'),
    },
    { cwd: context.cwd, now: Date.now },
  )
  tellFixes(context, fixed, '--unsafe makes them unproven')
  const after = fixed.outcome.after.text
  if (after === text) context.notice('nothing to change')
  if (!flags.given('format')) {
    await context.write(after)
    return 0
  }
  const patch = after === text ? '' : await unifiedDiff({ path: 'Dockerfile', before: text, after })
  const changed = after === text ? [] : ['-']
  const found = { files: [{ ...toJson({ ...fixed, changes: [], proofs: [] }), changed }], patch }
  await context.write(flags.text('format') === 'json' ? `${JSON.stringify(found, null, 2)}\n` : patch)
  return after === text ? 0 : 1
}

/** What needs a place on the disk. */
const needFiles = ['write', 'prove', 'ignore', 'recursive', 'file', 'update-bases', 'pin']
