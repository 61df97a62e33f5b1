import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { broughtBy, isWithin } from './origins.ts'
import { packageSetting } from './package-settings.ts'

/** The node_modules that a command finds. */
export interface NodeTree {
  /** Packages for development are not in it. */
  readonly isProduction: boolean
  /** The installation, or the COPY that brings it. */
  readonly step: StepModel
  /** Why they are left out, when the line itself does not say so. */
  readonly reason?: string
  /** Packages that were installed by their names. */
  readonly added: ReadonlySet<string>
}

/** Where a command looks for packages: before which command of which step, in which directory. */
export interface TreeQuestion {
  readonly step?: StepModel
  readonly command?: Action['command']
  readonly directory: string
}

/** They install packages of node, and run scripts of a package.json. */
export const nodeManagers: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'bun'])

/** The packages of a directory, as the steps before a command have left them; undefined when nobody knows. */
export function nodeTreeBefore(
  facts: Facts,
  stage: StageModel,
  question: TreeQuestion,
  depth = 0,
): NodeTree | undefined {
  const { directory } = question
  let tree: NodeTree | undefined
  for (const step of stage.history) {
    const copied = step.transfer === undefined ? undefined : broughtTree(facts, step, directory, depth)
    if (copied !== undefined) tree = copied === 'unknown' ? undefined : copied
    for (const action of step.kind === 'RUN' ? (step.command?.actions ?? []) : []) {
      if (step === question.step && action.command === question.command) return tree
      tree = after(tree, facts, step, { action, directory })
    }
    if (step === question.step) return tree
  }
  return tree
}

function after(
  tree: NodeTree | undefined,
  facts: Facts,
  step: StepModel,
  { action, directory }: { readonly action: Action; readonly directory: string },
): NodeTree | undefined {
  if (action.kind === 'prune-dev' && nodeManagers.has(action.manager))
    return tree === undefined || action.command.cwd !== directory ? tree : { ...tree, isProduction: true, step }
  if (action.kind === 'delete' && action.paths.some((path) => isWithin(`${directory}/node_modules`, path)))
    return undefined
  if (action.kind !== 'install' || !nodeManagers.has(action.manager)) return tree
  if (action.what === 'named') {
    const names = action.packages.map(({ name }) => name)
    if (action.scope === 'global')
      return tree === undefined ? tree : { ...tree, added: new Set([...tree.added, ...names]) }
    return tree === undefined ? tree : { ...tree, added: new Set([...tree.added, ...names]) }
  }
  const place = action.directory ?? action.command.cwd
  // A workspace installs for the packages below it.
  if (place === undefined || !isWithin(directory, place)) return tree
  const setting = packageSetting(facts, step.stage, action)
  const reason = setting?.isProduction === true ? `${setting.told} says so` : reasonOf(action)
  // A second installation for production takes the others away; one for development adds them.
  return {
    isProduction: setting?.isProduction ?? action.production,
    step,
    ...(reason === undefined ? {} : { reason }),
    added: globals(step.stage, step),
  }
}

/** What is installed for everybody stays beside every tree. */
function globals({ history }: StageModel, until: StepModel): ReadonlySet<string> {
  const names = new Set<string>()
  for (const step of history.slice(0, history.indexOf(until) + 1)) {
    for (const action of step.command?.actions ?? []) {
      if (action.kind === 'install' && action.scope === 'global')
        for (const { name } of action.packages) names.add(name)
    }
  }
  return names
}

function reasonOf(action: Extract<Action, { readonly kind: 'install' }>): string | undefined {
  const { args, variables } = action.command
  if (!action.production || args.some((arg) => /^--(?:omit|only|prod|production|no-dev)|^-P$/.test(arg)))
    return undefined
  return variables.get('NODE_ENV') === 'production' ? 'NODE_ENV is production' : undefined
}

/** COPY --from brings a tree of another stage; what an image or the context brings nobody knows. */
function broughtTree(
  facts: Facts,
  step: StepModel,
  directory: string,
  depth: number,
): NodeTree | 'unknown' | undefined {
  const { transfer } = step
  if (transfer === undefined || transfer.from.kind === 'context') {
    const sent = transfer?.sources.some(({ path }) => /(?:^|\/)node_modules(?:\/|$)/.test(path)) === true
    return sent ? 'unknown' : undefined
  }
  const wanted = posix.join(directory, 'node_modules')
  const [origin] = broughtBy({ ...step.stage, history: [step] }, wanted)
  const path = origin?.source?.path
  if (path === undefined) return undefined
  if (transfer.from.kind !== 'stage' || depth > 10) return 'unknown'
  if (posix.basename(path) !== 'node_modules') return undefined
  const tree = nodeTreeBefore(facts, transfer.from.stage, { directory: posix.dirname(path) }, depth + 1)
  return tree === undefined ? undefined : { ...tree, step }
}
