import { posix } from 'node:path'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type ContextUse, contextUses } from '../queries/context-reach.ts'
import { type DependencyInstall, firstInstalls, isLikePip, isNode } from '../queries/dependency-installs.ts'
import { inDirectory } from '../queries/manifest-at.ts'
import { isWithin } from '../queries/origins.ts'
import { manifestsFirstFix } from '../repairs/manifests-first.ts'
import { hooksOf, takesSource } from '../queries/source-copies.ts'
import { storeOf } from '../queries/package-stores.ts'
import { contextPlaceOf, hasDependencies, localProjects } from '../queries/third-party.ts'

/** Source comes into a stage before its dependencies are installed. */
export const copyBeforeInstall: Pitfall = {
  id: 'copy-before-install',
  summary:
    'Manifests and lock files come first, then the installation, then the source: editing source installs nothing again.',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'speed'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const uses = contextUses(facts).filter((use) => takesSource(facts, use))
  if (uses.length === 0) return []
  const found = new Map<StepModel, { readonly install: DependencyInstall; readonly use: ContextUse }>()
  for (const stage of facts.stages) {
    if (!stage.reachable) continue
    for (const install of firstInstalls(stage.history)) {
      if (install.step.stage !== stage || install.step.trigger) continue
      const at = stage.history.indexOf(install.step)
      const earlier = new Set(stage.history.slice(0, at))
      const copy = uses.find((use) => earlier.has(use.step) && comesInto(use, install))
      if (copy === undefined || found.has(copy.step) || !couldWait(facts, install, copy)) continue
      found.set(copy.step, { install, use: copy })
    }
  }
  return [...found].map(([step, { install, use }]) => ({
    ...hitOf(step, install),
    fixes: manifestsFirstFix(facts, install, use),
  }))
}

function hitOf(step: StepModel, { action, step: run, isBuild, manager }: DependencyInstall): PitfallHit {
  const command = textOf(action.command)
  return {
    at: step.at,
    message: `source is copied before \`${command}\` (line ${run.line}): every edit of it makes ${manager} ${isBuild ? 'fetch and build' : 'install'} everything again`,
    hint: isBuild
      ? `${fetchFirst[manager] ?? 'copy the manifests, fetch what they name'}, and copy the source after that`
      : 'copy the manifest and the lock file, install, and copy the source after that',
    related: [{ note: 'the installation', at: run.at }],
  }
}

const fetchFirst: Readonly<Record<string, string>> = {
  go: 'COPY go.mod go.sum ./ and RUN go mod download',
  cargo: 'build the dependencies first (cargo chef prepare and cook, in a stage each)',
  maven: 'COPY pom.xml ./ and RUN mvn -B dependency:go-offline',
  gradle: 'copy the build files and RUN gradle dependencies',
  dotnet: 'copy the project files and RUN dotnet restore',
}

function textOf({ program, args }: DependencyInstall['action']['command']): string {
  const text = [program, ...args].join(' ')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** The copy puts something where the installation works. */
function comesInto({ step, isWhole }: ContextUse, { directory }: DependencyInstall): boolean {
  const destination = step.transfer?.destination
  if (destination === undefined) return false
  return directory === undefined || isWhole || isWithin(directory, destination) || isWithin(destination, directory)
}

function couldWait(facts: Facts, install: DependencyInstall, copy: ContextUse): boolean {
  const known = hasDependencies(facts, install)
  if (known === false || isFilledEarlier(install)) return false
  const { action, isBuild } = install
  // pip cannot install what a project asks for without the project.
  if (
    action.kind === 'install' &&
    isLikePip(action) &&
    action.files.length === 0 &&
    localProjects(action.command.args).length > 0
  )
    return known === true
  if (isBuild && storeOf(install).some((path) => isMountedStore(install, path))) return false
  // Cargo wants the source beside the manifest: only what brings both could be parted otherwise.
  if (install.manager === 'cargo' && isBuild && !bringsManifest(facts, copy)) return false
  return !runsHooks(facts, install)
}

function isMountedStore({ step }: DependencyInstall, path: string): boolean {
  return step.mounts.some(
    ({ mount, target }) => mount.type === 'cache' && (isWithin(path, target) || isWithin(target, path)),
  )
}

/** What was fetched elsewhere comes with COPY --from or a mount. */
function isFilledEarlier({ step, manager, action }: DependencyInstall): boolean {
  const { stage } = step
  const trees = treesOf[manager]
  if (action.kind === 'install' && action.what === 'named') return false
  const before = stage.history.slice(0, stage.history.indexOf(step))
  const copied = before.some(
    ({ transfer }) =>
      transfer !== undefined &&
      transfer.from.kind !== 'context' &&
      transfer.sources.some(({ path }) => trees?.test(path)),
  )
  return (
    copied ||
    step.mounts.some(
      ({ mount, source, target }) => mount.type === 'bind' && source?.kind === 'stage' && trees?.test(target),
    )
  )
}

const treesOf: Readonly<Record<string, RegExp>> = {
  npm: /node_modules/,
  yarn: /node_modules|\.yarn/,
  pnpm: /node_modules|pnpm/,
  bun: /node_modules|\.bun/,
  go: /\/go(?:\/pkg)?(?:\/mod)?$|vendor/,
  cargo: /cargo|target|recipe\.json|vendor/,
  maven: /\.m2|repository/,
  gradle: /\.gradle/,
  dotnet: /\.nuget|obj/,
  pip: /site-packages|venv|wheels?|install/,
  composer: /vendor/,
  bundler: /bundle|gems/,
}

function bringsManifest({ project }: Facts, { isWhole, path, step }: ContextUse): boolean {
  if (isWhole) return true
  const all = step.transfer?.sources.map((source) => source.path) ?? []
  if (all.some((one) => posix.basename(one) === 'Cargo.toml')) return true
  return project?.file(`${path}/Cargo.toml`) !== undefined
}

/** A script of the manifest runs with the installation and may need the source; those that only set things up do not. */
function runsHooks(facts: Facts, install: DependencyInstall): boolean {
  if (!isNode(install) || install.action.kind !== 'install' || install.action.noScripts) return false
  const directory = contextPlaceOf(facts, install.step.stage, install)
  const manifest = inDirectory(facts.project?.node, directory)
  return manifest !== undefined && hooksOf(manifest).some((text) => !harmless.test(text))
}

const harmless =
  /^(?:\s*(?:husky|only-allow|npx (?:-y )?only-allow|patch-package|lefthook|simple-git-hooks|is-ci|true|exit 0|:|echo)\b[^;&|]*(?:&&|\|\||;)?)+$/
