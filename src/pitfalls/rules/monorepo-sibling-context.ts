import type { Project } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type ContextUse, contextUses, filesTaken, isBelow } from '../queries/context-reach.ts'
import { listed } from '../queries/listed.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { sizeText } from '../queries/size-text.ts'
import { runSteps } from '../queries/steps.ts'

/** Other services come along, and their changes build this one anew. */
export const monorepoSiblingContext: Pitfall = {
  id: 'monorepo-sibling-context',
  summary:
    'An image of one project among several takes that project only: else each change of a sibling builds it anew',
  severity: 'warning',
  level: 'context',
  profiles: ['size', 'speed'],
  peers: {},
  find: (facts) => {
    const { project } = facts
    if (project === undefined) return []
    const own = siblingsOf(project)
    if (own.length < 2) return []
    return contextUses(facts)
      .filter(({ step, isWhole, source }) => isWhole && source !== undefined && step.stage.reachable)
      .flatMap((use) => toHits(facts, { project, use, own }))
  },
}

/** Manifests of projects that can be built on their own, by their names. */
const manifest =
  /(?:^|\/)(?:package\.json|pyproject\.toml|requirements\.txt|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|composer\.json|mix\.exs)$/
const workspace =
  /(?:^|\/)(?:pnpm-workspace\.yaml|lerna\.json|nx\.json|turbo\.json|rush\.json|go\.work|settings\.gradle(?:\.kts)?|WORKSPACE|MODULE\.bazel)$/
const members = /^(?:services|apps|packages|projects|modules|components|libs|cmd)$/

/** Directories with a manifest and a Dockerfile or a lock file of their own; none where a workspace ties them together. */
function siblingsOf(project: Project): readonly string[] {
  const isRoot = (path: string): boolean => !path.includes('/')
  const tied =
    project.files.some(({ path }) => isRoot(path) && workspace.test(path)) ||
    project.node.some(({ directory, workspaces }) => directory === '' && workspaces.length > 0) ||
    project.rust.some(({ directory, isWorkspace }) => directory === '' && isWorkspace) ||
    project.files.some(({ path }) => isRoot(path) && manifest.test(path))
  if (tied) return []
  const directories = project.files
    .filter(({ path }) => manifest.test(path))
    .map(({ path }) => path.split('/').slice(0, -1))
    .filter((parts) => parts.length === 1 || (parts.length === 2 && members.test(parts[0] ?? '')))
    .map((parts) => parts.join('/'))
  return [...new Set(directories)]
}

function toHits(
  facts: Facts,
  { project, use, own }: { readonly project: Project; readonly use: ContextUse; readonly own: readonly string[] },
): readonly PitfallHit[] {
  const { step } = use
  const root = withoutSlash(step.transfer?.destination ?? '/')
  const worked = own.filter((directory) => facts.stages.some((stage) => usesDirectory(stage, { root, directory })))
  const [only] = worked
  if (only === undefined || worked.length > 1) return []
  const taken = filesTaken(project, use)
  const others = own
    .filter((directory) => directory !== only)
    .map((directory) => ({ directory, files: taken.filter(({ path }) => isBelow(path, directory)) }))
    .filter(({ files }) => files.length > 0)
    .map(({ directory, files }) => ({ directory, bytes: files.reduce((sum, { size }) => sum + size, 0) }))
  if (others.length === 0) return []
  return [
    {
      at: step.at,
      message: `only \`${only}\` is built, and ${step.kind} takes ${listed(
        others.map(({ directory, bytes }) => `\`${directory}\` (${sizeText(bytes)})`),
      )} along: each change there builds the image anew`,
      hint: `write \`${step.kind} ${only} ${step.transfer?.destination ?? '.'}\` with the paths behind it adapted, or build with \`${only}\` as the context`,
      evidence: { project: only, siblings: others.map(({ directory }) => directory).join(' ') },
    },
  ]
}

/** A step works in the directory, or its words name it. */
function usesDirectory(
  { steps }: StageModel,
  { root, directory }: { readonly root: string; readonly directory: string },
): boolean {
  const path = `${root === '/' ? '' : root}/${directory}`
  const word = new RegExp(`(?:^|[\\s"'=/.])${directory.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:$|[\\s"'/:;&|,)])`)
  return steps.some((step) => {
    if (step.transfer !== undefined)
      return step.transfer.from.kind !== 'stage'
        ? step.transfer.sources.some(({ path: source }) => source !== '' && isBelow(source, directory))
        : step.transfer.sources.some(({ path: source }) => isWithin(source, path))
    const commands = runSteps([step]).flatMap(({ command }) => command.script.commands)
    return commands.some(
      ({ cwd, words }) => (cwd !== undefined && isWithin(cwd, path)) || words.some(({ text }) => word.test(text)),
    )
  })
}
