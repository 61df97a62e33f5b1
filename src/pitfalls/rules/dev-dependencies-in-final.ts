import { type Fix, positionAt } from '../../core/index.ts'
import { appendCommand } from '../../editing/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { startsDevelopmentServer } from '../queries/development-server.ts'
import { type DevelopmentTree, developmentTrees } from '../queries/development-trees.ts'
import { listed } from '../queries/listed.ts'
import { spotOf } from '../queries/spots.ts'
import { leaveOutDevelopmentFix } from '../repairs/leave-out-development.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** Packages that are listed for development only are in the image that is shipped. */
export const devDependenciesInFinal: Pitfall = {
  id: 'dev-dependencies-in-final',
  summary:
    'The final image has the packages that the program needs; test runners, linters and compilers stay in the stage that builds.',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: {},
  find: (facts) => {
    if (facts.project === undefined || finalIsSideStage(facts) || startsDevelopmentServer(facts)) return []
    return [...developmentTrees(facts, facts.final).values()].map((tree) => hitOf(tree, facts))
  },
}

function hitOf(tree: DevelopmentTree, facts: Facts): ReturnType<Pitfall['find']>[number] {
  const { step, install, path, packages, manifest } = tree
  const isCopied = step.transfer !== undefined
  const installedAt = { source: facts.file.source, span: install.command.span }
  const { line } = positionAt(installedAt.source, installedAt.span.start)
  const what = listed(packages)
  return {
    at: isCopied ? step.at : spotOf(step, install),
    message: isCopied
      ? `COPY brings ${path} with packages for development, which line ${line} installs: ${what} of ${manifest}`
      : `${path} has packages for development: ${what} of ${manifest}`,
    hint: hints[install.manager] ?? 'leave out the packages for development where the image gets its packages',
    ...(isCopied ? { related: [{ note: 'installed here', at: installedAt }] } : {}),
    evidence: { manifest, packages: packages.length },
    fixes: [...leaveOutDevelopmentFix(facts, tree), ...pruned(tree, facts)],
    costs: { line: step.line, paths: packages.slice(0, 50).map((name) => `${path}/${name}/**`) },
  }
}

/** npm and pnpm remove them behind the last RUN that works in the directory: the build may need them before. */
function pruned({ install, path }: DevelopmentTree, { file, stages }: Facts): readonly Fix[] {
  const command = prunes[install.manager]
  const origin = stages.find(({ steps }) => steps.some((step) => step.command?.actions.includes(install) === true))
  const directory = path.replace(/\/node_modules$/, '')
  const last = origin?.steps.findLast(
    ({ kind, before, trigger }) =>
      kind === 'RUN' && !trigger && (before.cwd === install.directory || before.cwd === directory),
  )
  if (
    command === undefined ||
    last?.instruction.kind !== 'RUN' ||
    last.command?.script.commands.at(-1)?.cwd !== install.directory
  )
    return []
  const edits = appendCommand(file, last.instruction, command)
  return edits === undefined
    ? []
    : [{ title: 'remove packages for development', edits, claims: ['smaller'], safety: 'proof' }]
}

const prunes: Readonly<Record<string, string>> = { npm: 'npm prune --omit=dev', pnpm: 'CI=true pnpm prune --prod' }

const hints: Readonly<Record<string, string>> = {
  npm: 'run npm prune --omit=dev behind the build, or install with npm ci --omit=dev in a stage of its own and copy node_modules from there',
  yarn: 'install with yarn install --production (yarn 4: yarn workspaces focus --production) in a stage of its own, and copy node_modules from there',
  pnpm: 'run pnpm prune --prod behind the build, or pnpm deploy --prod into a directory of its own',
  bun: 'install with bun install --production in a stage of its own, and copy node_modules from there',
  composer: 'write composer install --no-dev',
  bundler: 'set BUNDLE_WITHOUT=development:test before bundle install',
  pip: 'install requirements for development in a stage for tests',
  poetry: 'write poetry install --only main',
  uv: 'write uv sync --no-dev',
  pdm: 'write pdm install --prod',
  pipenv: 'leave out --dev',
}
