import type { NodeManifest } from '../../project/index.ts'
import type { Action } from '../../shell/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { contextDirectoryOf, inDirectory } from '../queries/manifest-at.ts'
import { type NodeTree, nodeTreeBefore } from '../queries/node-trees.ts'
import { packageOfProgram } from '../queries/node-programs.ts'
import { scriptActions } from '../queries/script-commands.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** A build runs a program that the installation before it has left out. */
export const buildNeedsDevDeps: Pitfall = {
  id: 'build-needs-dev-deps',
  summary: 'A stage that builds installs the packages for development as well: compilers and bundlers are among them.',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (facts.project === undefined) return []
  return facts.stages
    .filter(({ reachable }) => reachable)
    .flatMap((stage) => actionsIn(stage.steps, 'build').flatMap((build) => missingFor(facts, stage, build)))
}

function missingFor(facts: Facts, stage: StageModel, build: StepAction<'build'>): readonly PitfallHit[] {
  const { step, action } = build
  const { directory, command } = action
  if (step.trigger || directory === undefined) return []
  const place = contextDirectoryOf(facts, stage, { directory, kind: 'node' })
  const manifest = inDirectory(facts.project?.node, place)
  if (manifest === undefined) return []
  const run = scriptActions(facts, stage, action)?.actions ?? (isScript(action) ? [] : [action])
  const missing = run.flatMap((one) => developmentOnly(one, manifest))
  const [first] = missing
  if (first === undefined) return []
  const tree = nodeTreeBefore(facts, stage, { step, command, directory })
  if (tree === undefined || !tree.isProduction || missing.some(({ name }) => tree.added.has(name))) return []
  return [hitOf(build, { manifest, tree, ...first })]
}

function hitOf(
  { step, action }: StepAction<'build'>,
  {
    manifest,
    tree,
    name,
    program,
  }: { readonly manifest: NodeManifest; readonly tree: NodeTree; readonly name: string; readonly program: string },
): PitfallHit {
  const what = action.script === undefined || program === action.tool ? program : `${action.tool} run ${action.script}`
  const why = tree.reason
  return {
    at: step.at,
    message: `${what} needs ${program} (${name} of devDependencies in ${manifest.path}), which the ${tree.step.transfer === undefined ? 'installation' : 'COPY'} in line ${tree.step.line} leaves out${why === undefined ? '' : `: ${why}`}`,
    hint: 'install everything before the build, and leave the packages for development out of what the final stage copies',
    related: [{ note: 'without packages for development', at: tree.step.at }],
    evidence: { package: name, manifest: manifest.path },
  }
}

/** `npm run build`: what it does is in the manifest, and is not known when that cannot be read. */
function isScript({ tool }: StepAction<'build'>['action']): boolean {
  return tool === 'npm' || tool === 'yarn' || tool === 'pnpm' || tool === 'bun' || tool === 'lerna'
}

/** The program of a command, when its package is listed for development only. */
function developmentOnly(
  action: Action,
  { dependencies, devDependencies, optionalDependencies }: NodeManifest,
): readonly { readonly name: string; readonly program: string }[] {
  const { program: outer, args } = action.command
  // `npx tsc` fetches a package by the name of the program, which is what is wanted for some only.
  const isFetched = outer === 'npx' || outer === 'bunx' || (args[0] === 'dlx' && outer !== 'npm')
  const program =
    action.kind === 'build' && !isScript(action) ? action.tool : action.kind === 'test' ? action.tool : outer
  return packageOfProgram(program)
    .filter((name) => devDependencies.has(name) && !(isFetched && name === program))
    .filter(() => !packageOfProgram(program).some((name) => dependencies.has(name) || optionalDependencies.has(name)))
    .slice(0, 1)
    .map((name) => ({ name, program }))
}
