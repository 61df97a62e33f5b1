import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type DependencyInstall, firstInstalls } from '../queries/dependency-installs.ts'
import { mountCacheFix } from '../repairs/mount-cache.ts'
import { cachingToolsOf } from '../queries/cache-tools.ts'
import { hasDependencies } from '../queries/third-party.ts'

/** Packages are fetched anew whenever their step runs. */
export const cacheMountMissing: Pitfall = {
  id: 'cache-mount-missing',
  summary:
    'Installations of packages mount the cache of their manager: when the list changes, only what is new is fetched.',
  severity: 'info',
  level: 'static',
  profiles: ['speed'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const steps = new Set<DependencyInstall['step']>()
  return facts.stages
    .filter(({ reachable }) => reachable)
    .flatMap((stage) => firstInstalls(stage.history).filter(({ step }) => step.stage === stage && !step.trigger))
    .filter((install) => {
      if (steps.has(install.step) || !fetches(install) || hasDependencies(facts, install) === false) return false
      steps.add(install.step)
      return !install.step.mounts.some(({ mount }) => mount.type === 'cache')
    })
    .map((install) => hitOf(facts, install))
}

function fetches({ action }: DependencyInstall): boolean {
  return !action.command.args.some((arg) => arg === '--offline' || arg === '--no-index')
}

function hitOf(facts: Facts, install: DependencyInstall): PitfallHit {
  const { step, action, manager } = install
  const place = placeOf(step, manager)
  const owner = ownerOf(step)
  const known = place !== undefined && owner !== undefined
  const flag = `--mount=type=cache,target=${place ?? '…'}${owner ?? ''}`
  return {
    at: step.at,
    message: `${[action.command.program, ...action.command.args.slice(0, 1)].join(' ')} fetches every package again whenever this step runs`,
    hint: `RUN ${flag} … keeps them between builds and out of the layer`,
    fixes: known && !turnsOff(action) ? mountCacheFix(facts, install, { path: place, flag }) : [],
  }
}

/** Where the manager of a step keeps its cache: known for those that have one place. */
function placeOf(step: DependencyInstall['step'], manager: DependencyInstall['manager']): string | undefined {
  const names: Readonly<Record<string, string>> = { go: 'go modules', cargo: 'cargo', dotnet: 'nuget' }
  const found = cachingToolsOf(step).find(({ tool }) => tool.name === (names[manager] ?? manager))
  const path = found?.places[0]?.path
  return path !== undefined && manager === 'cargo' ? `${path}/registry` : path
}

/** Root needs none; of an account only its number would do. */
function ownerOf({ before }: DependencyInstall['step']): string | undefined {
  if (before.isRoot === true) return ''
  const [uid, gid] = (before.user ?? '').split(':')
  return uid !== undefined && /^\d+$/.test(uid)
    ? `,uid=${uid}${gid !== undefined && /^\d+$/.test(gid) ? `,gid=${gid}` : ''}`
    : undefined
}

/** Nothing would come into the mount. */
function turnsOff(action: DependencyInstall['action']): boolean {
  return action.kind === 'install' && action.noCache
}
