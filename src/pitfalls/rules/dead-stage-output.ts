import { posix } from 'node:path'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type FinalCopy, finalCopies } from '../queries/final-copies.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { idleNodeModules } from '../queries/idle-node-modules.ts'
import { leftNodeModules } from '../queries/left-node-modules.ts'
import { isWithin } from '../queries/origins.ts'
import { isPythonTree } from '../queries/python-installs.ts'
import { actionsIn, runSteps, type StepAction } from '../queries/steps.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** Packages that a stage installs, of which the final image gets only the directory beside. */
export const deadStageOutput: Pitfall = {
  id: 'dead-stage-output',
  summary: 'What a stage installs is what COPY takes from it: packages outside of the copied paths stay behind.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => [...ofNode(facts), ...idle(facts), ...ofPython(facts)],
}

/** The started file of Node.js comes alone: its packages stay where they were installed. */
function ofNode(facts: Facts): readonly PitfallHit[] {
  const found = leftNodeModules(facts)
  if (found === undefined) return []
  const { file, stage, install, copy, imported, directory } = found
  const tree = posix.join(directory, 'node_modules')
  return [
    {
      at: copy.at,
      message: `\`${file}\` imports \`${imported}\`, which \`${install.action.manager}\` has put into \`${tree}\` of "${stage.label}" (line ${install.step.line}), and no COPY takes it: "Cannot find module"`,
      hint: `COPY --from=${stage.name ?? stage.index} ${tree} ${besides(file)}, of an installation without packages for development; or make one file of all of it with a bundler`,
      related: [{ note: 'installed here', at: install.step.at }],
      evidence: { path: tree, file },
    },
  ]
}

/** Packages go where nothing can run them. */
function idle(facts: Facts): readonly PitfallHit[] {
  return idleNodeModules(facts).map(({ path, step, stage }) => ({
    at: step.at,
    message: `\`${path}\` of "${stage?.label}" goes to ${facts.final.base.written}, which has no Node.js: nothing in the image can use it`,
    hint: 'leave the line out; a site that is built from these packages needs only what the build has written (dist, build)',
    evidence: { path },
    costs: { line: step.line, paths: [] },
  }))
}

/** Above the directory that a compiler has written, else beside the file. */
function besides(file: string): string {
  const own = posix.dirname(file)
  return posix.join(/^(?:dist|build|out|lib|src)$/.test(posix.basename(own)) ? posix.dirname(own) : own, 'node_modules')
}

function ofPython(facts: Facts): readonly PitfallHit[] {
  const { final } = facts
  if (!final.base.known || findsPackages(facts)) return []
  const copies = finalCopies(facts)
  // Another stage may bring the packages.
  const givers = new Set(
    copies.flatMap(({ stage }) => (stage !== undefined && installs(stage).length > 0 ? [stage] : [])),
  )
  const [stage] = givers
  if (stage === undefined || givers.size > 1 || final.chain.includes(stage) || worksOn(stage)) return []
  const own = copies.filter((copy) => copy.stage === stage)
  if (installs(stage).some(({ action }) => own.some(({ path }) => isPythonTree(stage, action, path)))) return []
  return hits(stage, own).slice(0, 1)
}

const managers = new Set(['pip', 'uv'])

/** Installations of a list of requirements into the Python of a stage. */
function installs({ history }: StageModel): readonly StepAction<'install'>[] {
  return actionsIn(history, 'install').filter(
    ({ action }) => managers.has(action.manager) && action.scope === 'global' && action.files.length > 0,
  )
}

/** The final image has packages from elsewhere, or may have them. */
function findsPackages({ final }: Facts): boolean {
  const { history, end } = final
  const { names, hasUnknown } = installedPackages(history)
  if (hasUnknown || runsUnread(history) || end.env.has('PYTHONPATH')) return true
  if ([...names].some((name) => /^(?:python|py)3?-/.test(name))) return true
  if (actionsIn(history, 'install').some(({ action }) => /^(?:pip|uv|poetry|pipenv|pdm|conda)$/.test(action.manager)))
    return true
  return history.some(({ transfer, mounts }) => {
    if (transfer === undefined) return mounts.some(({ source }) => source?.kind === 'stage')
    const paths = [transfer.destination, ...transfer.sources.map(({ path }) => path)]
    return (
      transfer.from.kind === 'image' || paths.some((path) => /packages|env\b|^\/(?:usr|opt)\b|python|wheel/.test(path))
    )
  })
}

const preparing = new Set([
  'install',
  'refresh-index',
  'uninstall',
  'delete',
  'clean-cache',
  'upgrade',
  'make-directory',
])

/** Its commands do more than to install: they may make, with the packages, what is copied. */
function worksOn({ history }: StageModel): boolean {
  return runSteps(history).some(({ command: { actions, script } }) => {
    if (script.broken || actions.some(({ kind }) => !preparing.has(kind))) return true
    return script.commands.some((command) => !actions.some((action) => action.command === command))
  })
}

/** COPY of the directory where the list lies: who takes it wants what the list names. */
function hits(stage: StageModel, copies: readonly FinalCopy[]): readonly PitfallHit[] {
  return copies.flatMap(({ path, step }) => {
    const install = installs(stage).find(({ action: { files, command } }) =>
      files.some((file) => command.cwd !== undefined && isWithin(posix.resolve(command.cwd, file), path)),
    )
    const file = install?.action.files[0]
    if (install === undefined || file === undefined || path.endsWith('.txt') || path === '/') return []
    return [
      {
        at: step.at,
        message: `\`${path}\` comes from "${stage.label}" without the packages of \`${file}\`: \`${install.action.manager}\` has put them into site-packages (line ${install.step.line}), which no COPY takes`,
        hint: 'install into a directory that is copied too: python -m venv /venv, /venv/bin/pip install -r …, and COPY --from=… /venv /venv to an image with the same Python',
        related: [{ note: 'installed here', at: install.step.at }],
        evidence: { path, file },
      },
    ]
  })
}
