import { removeImage, withSession } from '../../app/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { CommandContext } from '../command.ts'
import type { ParsedInput } from '../flags.ts'
import { sessionOptions } from '../session-options.ts'

/** All that can be removed is; the first failure is thrown at the end, as docker exits with an error then. */
export async function run(context: CommandContext, input: ParsedInput): Promise<number> {
  const force = input.flags.bool('force')
  const failures: unknown[] = []
  await withSession(sessionOptions(context, input), async (session) => {
    for (const name of input.args) {
      try {
        const { untagged, deleted } = await removeImage(session, name, { force })
        const lines = [...untagged.map((one) => `Untagged: ${one}\n`), ...deleted.map((id) => `Deleted: ${id}\n`)]
        await context.write(lines.join(''))
      } catch (error) {
        const absent = error instanceof SlipwayError && error.code === 'image-not-found'
        if (!(absent && force)) failures.push(error)
      }
    }
  })
  if (failures.length > 0) throw failures[0]
  return 0
}
