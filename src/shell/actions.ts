import type { Action } from './action.ts'
import { accounts } from './actions/accounts.ts'
import { archives } from './actions/archives.ts'
import { compilers } from './actions/compilers.ts'
import { downloads } from './actions/downloads.ts'
import { files } from './actions/files.ts'
import { go } from './actions/go.ts'
import { java } from './actions/java.ts'
import { nodePackages } from './actions/node-packages.ts'
import { otherLanguages } from './actions/other-languages.ts'
import { pythonPackages } from './actions/python-packages.ts'
import { redirections } from './actions/redirections.ts'
import { throughRunners } from './actions/runners.ts'
import { rust } from './actions/rust.ts'
import { scripts } from './actions/scripts.ts'
import type { Deed, Reader, Subject } from './actions/subject.ts'
import { systemPackages } from './actions/system-packages.ts'
import type { ShellCommand } from './command.ts'

/** Asked in order; the first table that knows the program answers. */
const tables: readonly Reader[] = [
  systemPackages,
  nodePackages,
  pythonPackages,
  go,
  rust,
  java,
  otherLanguages,
  files,
  downloads,
  archives,
  accounts,
  compilers,
  scripts,
]

/**
 * What a command does to an image, as far as its words tell. Programs that nobody knows, and subcommands
 * that do nothing to an image, are `other`; a command that only assigns does nothing. Files that its redirections write come last.
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
