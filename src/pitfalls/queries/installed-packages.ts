import type { Action } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import { actionsIn } from './steps.ts'

/** Packages that some steps leave installed. */
export interface InstalledPackages {
  /** Of all managers, lower case, without versions. */
  readonly names: ReadonlySet<string>
  /** Some command installs what nobody can read: a list in a file, a variable. */
  readonly hasUnknown: boolean
  /** apt was allowed to bring what packages recommend. */
  readonly hasRecommended: boolean
}

/** What the RUN steps among some steps install and do not remove again in the same RUN. */
export function installedPackages(steps: readonly StepModel[]): InstalledPackages {
  const names = new Set<string>()
  let [hasUnknown, hasRecommended] = [false, false]
  for (const { step, action } of actionsIn(steps, 'install')) {
    const later = (step.command?.actions ?? []).slice((step.command?.actions ?? []).indexOf(action) + 1)
    const gone = removedNames(later)
    if (action.virtual !== undefined && gone.has(action.virtual)) continue
    for (const { name, word } of action.packages) {
      if (word.value === undefined || /[$`]/.test(name)) hasUnknown = true
      else if (!gone.has(name)) names.add(name.toLowerCase())
    }
    if (action.scope === 'system' && (action.packages.length === 0 || action.command.wrappers.includes('xargs')))
      hasUnknown = true
    if (action.manager === 'apt' && !action.noRecommends) hasRecommended = true
  }
  return { names, hasUnknown, hasRecommended }
}

function removedNames(actions: readonly Action[]): ReadonlySet<string> {
  return new Set(
    actions.flatMap((action) => (action.kind === 'uninstall' ? action.packages.map(({ name }) => name) : [])),
  )
}
