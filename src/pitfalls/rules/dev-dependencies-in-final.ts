import { positionAt } from '../../core/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { type DevelopmentTree, developmentTrees } from '../queries/development-trees.ts'
import { listed } from '../queries/listed.ts'
import { spotOf } from '../queries/spots.ts'
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
    if (facts.project === undefined || finalIsSideStage(facts)) return []
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
    costs: { line: step.line, paths: packages.slice(0, 50).map((name) => `${path}/${name}/**`) },
  }
}

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
