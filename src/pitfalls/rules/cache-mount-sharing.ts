import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { aptLists } from '../queries/package-residue.ts'
import { isWithin } from '../queries/origins.ts'
import { runSteps } from '../queries/steps.ts'

/** Two builds at once use one cache of apt, which wants to be alone. */
export const cacheMountSharing: Pitfall = {
  id: 'cache-mount-sharing',
  summary:
    'Cache mounts of apt say sharing=locked: apt locks its directories, and a second build at the same time fails.',
  severity: 'info',
  level: 'static',
  profiles: ['speed'],
  peers: {},
  find,
}

function find({ stages }: Facts): readonly PitfallHit[] {
  return runSteps(stages.filter(({ reachable }) => reachable).flatMap(({ steps }) => steps)).flatMap((step) => {
    if (step.trigger || !usesApt(step)) return []
    const shared = step.mounts.filter(
      ({ mount, target }) =>
        mount.type === 'cache' && mount.sharing !== 'locked' && mount.sharing !== 'private' && isOfApt(target),
    )
    const [first] = shared
    if (first === undefined) return []
    const targets = shared.map(({ target }) => target)
    return [
      {
        at: first.at,
        message: `the cache ${targets.join(' and ')} is shared: a build that runs apt at the same time stops with "Could not get lock"`,
        hint: 'add sharing=locked to the mount',
        fixes: shared.some(({ mount }) => mount.sharing !== undefined)
          ? []
          : [
              {
                title: 'let one build at a time have the cache of apt',
                edits: shared.map(({ at }) => ({
                  span: { start: at.span.end, end: at.span.end },
                  text: ',sharing=locked',
                })),
                claims: ['same-files'],
              },
            ],
      },
    ]
  })
}

function usesApt({ command }: StepModel): boolean {
  return (command?.actions ?? []).some(
    (action) =>
      (action.kind === 'install' || action.kind === 'refresh-index' || action.kind === 'upgrade') &&
      action.manager === 'apt',
  )
}

function isOfApt(target: string): boolean {
  return (
    ['/var/cache/apt', aptLists].some((path) => isWithin(path, target) && target !== '/var') ||
    isWithin(target, '/var/cache/apt')
  )
}
