import { posix } from 'node:path'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel, StepModel, TransferPath } from '../facts.ts'
import { developmentPackages, treeOf } from './development-packages.ts'
import { isWithin, withoutSlash } from './origins.ts'
import { leavesOutDevelopment } from './package-settings.ts'

type InstallAction = Extract<Action, { readonly kind: 'install' }>

/** A directory of installed packages in which packages for development are. */
export interface DevelopmentTree {
  /** `/app/node_modules`, `/app/vendor`, `/opt/venv`; `/usr/local` for Python's own packages. */
  readonly path: string
  /** The step that installed them, or the COPY that brought them. */
  readonly step: StepModel
  readonly install: InstallAction
  /** The manifest that lists them, a path of the context. */
  readonly manifest: string
  /** Some of them, or all. */
  readonly packages: readonly string[]
}

type Trees = ReadonlyMap<string, DevelopmentTree>

/** The trees with packages for development at the end of a stage. */
export function developmentTrees(facts: Facts, stage: StageModel, depth = 0): Trees {
  if (depth > 20) return new Map()
  let trees =
    stage.parent === undefined
      ? new Map<string, DevelopmentTree>()
      : new Map(developmentTrees(facts, stage.parent, depth + 1))
  for (const step of stage.steps) {
    if (step.transfer !== undefined) trees = brought(trees, facts, { step, depth })
    for (const action of step.kind === 'RUN' ? (step.command?.actions ?? []) : []) {
      trees = after(trees, facts, { stage, step, action })
    }
  }
  return trees
}

/** COPY --from brings trees of the other stage: the tree itself, or a directory that it is in. */
function brought(
  trees: Map<string, DevelopmentTree>,
  facts: Facts,
  { step, depth }: { readonly step: StepModel; readonly depth: number },
): Map<string, DevelopmentTree> {
  const { transfer } = step
  if (transfer?.from.kind !== 'stage') return trees
  const others = developmentTrees(facts, transfer.from.stage, depth + 1)
  const found = new Map(trees)
  for (const tree of others.values()) {
    const places = transfer.sources.flatMap((source) => placeOf(source, step, tree.path) ?? [])
    const name = posix.basename(tree.path)
    if (transfer.exclude.some((pattern) => pattern.split('/').includes(name))) continue
    for (const path of places) found.set(path, { ...tree, path, step })
  }
  return found
}

function placeOf({ path, kind }: TransferPath, { transfer }: StepModel, tree: string): string | undefined {
  if (kind !== 'path' || transfer === undefined) return undefined
  const source = withoutSlash(path.replace(/\/(?:\*|\.)$/, '') || '/')
  const { destination } = transfer
  if (isWithin(tree, source)) return posix.join(destination, posix.relative(source, tree))
  // Python's packages lie deeper than what stands for them.
  if (tree === '/usr/local' && /^\/usr\/local\/lib\/python[^/]*(?:\/site-packages)?$/.test(source)) return '/usr/local'
  return /\/lib\/python[^/]*(?:\/site-packages)?$/.test(source) && isWithin(source, tree)
    ? withoutSlash(destination)
    : undefined
}

interface Happening {
  readonly stage: StageModel
  readonly step: StepModel
  readonly action: Action
}

function after(
  trees: Map<string, DevelopmentTree>,
  facts: Facts,
  { stage, step, action }: Happening,
): Map<string, DevelopmentTree> {
  switch (action.kind) {
    case 'install':
      return installed(trees, facts, { stage, step, action })
    case 'prune-dev': {
      const directory = pruneDirectory(action)
      return without(
        trees,
        ({ path, install }) =>
          install.manager === action.manager && (directory === undefined || isWithin(path, directory)),
      )
    }
    case 'delete':
      return without(trees, ({ path }) => action.paths.some((gone) => isWithin(path, gone.replace(/\/\*{1,2}$/, ''))))
    case 'copy':
    case 'move':
      return carried(trees, action)
    case 'uninstall':
      // Which packages are left nobody can tell.
      return without(trees, ({ install }) => install.manager === action.manager)
    default:
      return trees
  }
}

function pruneDirectory({ command }: Action): string | undefined {
  const at = command.args.findIndex((word) => /^(?:--prefix|-C|--dir|--cwd)$/.test(word))
  return at >= 0 ? posix.resolve(command.cwd ?? '/', command.args[at + 1] ?? '.') : command.cwd
}

function installed(
  trees: Map<string, DevelopmentTree>,
  facts: Facts,
  { stage, step, action }: { readonly stage: StageModel; readonly step: StepModel; readonly action: InstallAction },
): Map<string, DevelopmentTree> {
  const path = treeOf(action)
  if (path === undefined) return trees
  // What goes into a mount is not in the layer.
  if (
    step.mounts.some(({ target, mount }) => mount.type !== 'secret' && mount.type !== 'ssh' && isWithin(path, target))
  )
    return trees
  const found = developmentPackages(facts, stage, action)
  if (found !== undefined) return new Map([...trees, [path, { path, step, install: action, ...found }]])
  // npm, yarn and pnpm take away what a production installation has no place for; so does a new tree.
  const replaces = action.what === 'manifest' && leavesOutDevelopment(facts, stage, action) && isNode(action.manager)
  return replaces ? without(trees, (tree) => tree.path === path) : trees
}

function isNode(manager: InstallAction['manager']): boolean {
  return manager === 'npm' || manager === 'yarn' || manager === 'pnpm' || manager === 'bun' || manager === 'composer'
}

function carried(
  trees: Map<string, DevelopmentTree>,
  { kind, sources, destination }: Extract<Action, { readonly kind: 'copy' | 'move' | 'link' }>,
): Map<string, DevelopmentTree> {
  const found = new Map(trees)
  for (const tree of trees.values()) {
    for (const source of sources) {
      if (!isWithin(tree.path, withoutSlash(source))) continue
      const rest = posix.relative(withoutSlash(source), tree.path)
      const path = destination.endsWith('/')
        ? posix.join(destination, posix.basename(withoutSlash(source)), rest)
        : posix.join(destination, rest)
      if (kind === 'move') found.delete(tree.path)
      found.set(withoutSlash(path), { ...tree, path: withoutSlash(path) })
    }
  }
  return found
}

function without(
  trees: Map<string, DevelopmentTree>,
  gone: (tree: DevelopmentTree) => boolean,
): Map<string, DevelopmentTree> {
  return new Map([...trees].filter(([, tree]) => !gone(tree)))
}
