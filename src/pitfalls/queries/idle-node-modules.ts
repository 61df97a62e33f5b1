import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import { bringsProgram } from './brought-files.ts'
import { finalCopies, type FinalCopy } from './final-copies.ts'
import { installedPackages } from './installed-packages.ts'
import { runsUnread } from './unread-commands.ts'

/** Packages of Node.js in a final image that has nothing to run them: neither the base nor a step brings Node.js, Bun or Deno. */
export function idleNodeModules(facts: Facts): readonly FinalCopy[] {
  const { base, history, end } = facts.final
  const programs = ['node', 'bun', 'deno']
  if (!base.known || base.runtime !== undefined || programs.some((name) => base.hasProgram(name) !== false)) return []
  const { names, hasUnknown } = installedPackages(history)
  if (hasUnknown || runsUnread(history) || [...names].some((name) => /^(?:node|npm|yarn|bun|deno)/.test(name)))
    return []
  const path = end.env.get('PATH')
  if (programs.some((name) => bringsProgram(history, name, path) !== 'no')) return []
  return finalCopies(facts).filter(
    ({ path: taken, step, stage }) =>
      stage !== undefined &&
      posix.basename(taken) === 'node_modules' &&
      // Servers hand scripts and styles out of it.
      !/html|www|static|public|assets|htdocs|srv|vendor|share|site/.test(step.transfer?.destination ?? ''),
  )
}
