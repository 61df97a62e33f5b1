import type { Action } from './action.ts'
import { files } from './actions/files.ts'
import { nodePackages } from './actions/node-packages.ts'
import { redirections } from './actions/redirections.ts'
import { throughRunners } from './actions/runners.ts'
import type { Deed, Reader, Subject } from './actions/subject.ts'
import { systemPackages } from './actions/system-packages.ts'
import type { ShellCommand } from './command.ts'

/** Asked in order; the first table that knows the program answers. */
const tables: readonly Reader[] = [systemPackages, nodePackages, files]

/**
 * What a command does to an image, as far as its words tell; at least one action. Programs that nobody knows, and subcommands
 * that do nothing to an image, are `other`. Files that its redirections write come last.
 */
export function actionsOf(command: ShellCommand): readonly Action[] {
  const written = redirections(command)
  if (command.program === '' && written.length === 0) return []
  const subject = throughRunners({ command, program: command.program, words: command.words })
  const deeds = command.program === '' ? [] : deedsOf(subject)
  return [...deeds, ...written].map((deed) => ({ ...deed, command }) as Action)
}

function deedsOf(subject: Subject): readonly Deed[] {
  for (const table of tables) {
    const deeds = table(subject)
    if (deeds !== undefined && deeds.length > 0) return deeds
  }
  return [{ kind: 'other' }]
}
