import type { NodeManifest } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type DependencyInstall, dependencyInstalls, isNode } from '../queries/dependency-installs.ts'
import { type HookNeed, hookNeeds } from '../queries/hook-needs.ts'
import { contextFilesAt } from '../queries/landing-places.ts'
import { inDirectory } from '../queries/manifest-at.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { leavesOutDevelopment } from '../queries/package-settings.ts'
import { contextPlaceOf } from '../queries/third-party.ts'

/** A script runs with the installation, and what it needs comes later. */
export const installScriptAfterCopy: Pitfall = {
  id: 'install-script-after-copy',
  summary:
    'What the install scripts of a package.json run is there before the installation, or they are told not to run.',
  severity: 'warning',
  level: 'context',
  profiles: ['decision'],
  peers: {},
  find: (facts) =>
    facts.project === undefined || facts.project.truncated
      ? []
      : facts.stages
          .filter(({ reachable }) => reachable)
          .flatMap((stage) => dependencyInstalls(stage.steps).flatMap((install) => ofInstall(facts, stage, install))),
}

function ofInstall(facts: Facts, stage: StageModel, install: DependencyInstall): readonly PitfallHit[] {
  const { action, step, directory } = install
  if (!isNode(install) || action.kind !== 'install' || action.what !== 'manifest' || step.trigger) return []
  const { failureIgnored, conditions, variables } = action.command
  if (action.noScripts || failureIgnored || conditions.length > 0 || directory === undefined) return []
  if (/^(?:true|1)$/.test(variables.get('npm_config_ignore_scripts') ?? '')) return []
  const manifest = inDirectory(facts.project?.node, contextPlaceOf(facts, stage, install))
  if (manifest === undefined || keepsScriptsOff(facts, manifest)) return []
  // Nobody knows what a stage or an image brings, or what a command has made of the manifest.
  const before = { ...stage, history: stage.history.slice(0, stage.history.indexOf(step) + 1) }
  if (before.history.some((one) => bringsUnknown(one, directory))) return []
  const missing = hookNeeds(facts, manifest, action).find((need) =>
    isMissing(facts, before, { need, install, manifest }),
  )
  return missing === undefined ? [] : [hitOf(install, manifest, missing)]
}

function isMissing(
  facts: Facts,
  before: StageModel,
  { need, install, manifest }: { need: HookNeed; install: DependencyInstall; manifest: NodeManifest },
): boolean {
  if (need.kind === 'program') {
    const { action } = install
    return (
      action.kind === 'install' &&
      leavesOutDevelopment(facts, before, action) &&
      manifest.devDependencies.has(need.name) &&
      !manifest.dependencies.has(need.name) &&
      !manifest.optionalDependencies.has(need.name)
    )
  }
  const prefix = manifest.directory === '' ? '' : `${manifest.directory}/`
  const place = `${install.directory === '/' ? '' : install.directory}/${need.path}`
  const isSent = need.files.every((path) => facts.project?.ignored(path) === false)
  return (
    isSent &&
    !need.files.some(
      (path) => contextFilesAt(before, `${place}${path.slice(prefix.length + need.path.length)}`, [path]).length > 0,
    )
  )
}

function keepsScriptsOff(facts: Facts, { directory }: NodeManifest): boolean {
  const prefix = directory === '' ? '' : `${directory}/`
  return (
    /^\s*ignore-scripts\s*=\s*true/m.test(facts.project?.text(`${prefix}.npmrc`) ?? '') ||
    /^\s*enableScripts:\s*false/m.test(facts.project?.text(`${prefix}.yarnrc.yml`) ?? '')
  )
}

function bringsUnknown({ transfer, mounts, kind, at }: StageModel['history'][number], directory: string): boolean {
  if (transfer !== undefined && transfer.from.kind !== 'context') {
    const destination = withoutSlash(transfer.destination)
    return isWithin(destination, directory) || isWithin(directory, destination)
  }
  if (mounts.some(({ source, mount }) => mount.type === 'bind' && source !== undefined && source.kind !== 'context'))
    return true
  if (kind !== 'RUN') return false
  return /package\.json|npm (?:pkg|set-script|config)|ignore-scripts|git clone|\bjq\b/.test(
    at.source.text.slice(at.span.start, at.span.end),
  )
}

function hitOf({ step, action }: DependencyInstall, manifest: NodeManifest, need: HookNeed): PitfallHit {
  const command = `${action.command.program} ${action.command.args[0] ?? 'install'}`
  const script = `the script \`${need.hook}\` of ${manifest.path} (\`${need.text}\`)`
  if (need.kind === 'program')
    return {
      at: step.at,
      message: `\`${command}\` runs ${script}, and leaves ${need.name} of devDependencies out: the installation fails`,
      hint: `install with --ignore-scripts, or let the script pass without it: \`${need.text} || true\``,
      evidence: { script: need.hook, package: need.name },
    }
  return {
    at: step.at,
    message: `\`${command}\` runs ${script}, which needs ${need.path}, and no COPY has brought that yet: ${need.isSilent ? 'it does nothing, and nobody is told' : 'the installation fails'}`,
    hint: `COPY ${need.path} before line ${step.line}, or install with --ignore-scripts and run the script when the source is there`,
    evidence: { script: need.hook, path: need.path },
  }
}
