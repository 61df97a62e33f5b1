import type { NamedPackage } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { actionsIn, type StepAction } from './steps.ts'
import { isBuildPackage } from './build-packages.ts'

/** An installation whose packages for building stay in the layer. */
export interface KeptTools {
  readonly install: StepAction<'install'>
  readonly packages: readonly NamedPackage[]
}

/** Compilers, headers and kits that RUN steps install and the same step does not remove again. */
export function keptBuildTools(steps: readonly StepModel[]): readonly KeptTools[] {
  return actionsIn(steps, 'install').flatMap((install) => {
    const { manager, packages } = install.action
    const tools = packages.filter(({ name }) => isBuildPackage(manager, name))
    const kept = tools.filter((one) => !isRemoved(install, one))
    return kept.length === 0 ? [] : [{ install, packages: kept }]
  })
}

/** The program that a container starts, or one of its arguments, is one of these: it is no tool of the build only. */
export function startsProgram({ final }: Facts, names: ReadonlySet<string>): boolean {
  const { entrypoint, cmd } = final.end
  return [entrypoint, cmd].some((step) =>
    step?.command?.script.commands.some(({ program, wrappers }) =>
      [program, ...wrappers].some((one) => names.has(one)),
    ),
  )
}

/** The same RUN takes the package away: by its name, by its virtual one, or with all that is not needed any more. */
function isRemoved({ step, action }: StepAction<'install'>, { name }: NamedPackage): boolean {
  const actions = step.command?.actions ?? []
  const behind = actions.slice(actions.indexOf(action) + 1)
  return behind.some((later) => {
    if (later.kind !== 'uninstall' || later.manager !== action.manager) return false
    // Names that are not known, or none (`autoremove`): what goes cannot be told.
    if (later.packages.length === 0) return true
    return later.packages.some(
      (gone) =>
        gone.name === name ||
        (action.virtual !== undefined && gone.name === action.virtual) ||
        gone.word.value === undefined ||
        /[*?]/.test(gone.text),
    )
  })
}
