import { runsAsRoot } from '../../bases/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { accountOf, nameUserFix } from '../repairs/name-user.ts'
import { stepsDownItself } from '../queries/step-down.ts'
import { isExportStage } from '../queries/stage-roles.ts'

/** An image whose program runs as root. */
export const rootUser: Pitfall = {
  id: 'root-user',
  summary: 'The program runs as a user of its own: who breaks into a root process owns the whole container.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: {
    hadolint: ['DL3002'],
    trivy: ['DS-0002'],
    dockle: ['CIS-DI-0001'],
  },
  find: (facts) => {
    const { end, base } = facts.final
    if (startsNothing(facts) || stepsDownItself(facts) || composeSaysUser(facts)) return []
    if (end.userStep !== undefined)
      return end.isRoot === true && base.stepsDown !== true ? [explicit(facts, end.userStep)] : []
    return runsAsRoot(base) === true ? [implicit(facts)] : []
  },
}

function explicit(facts: Facts, step: StepModel): PitfallHit {
  const own = accountOf(facts.final)
  return {
    at: step.at,
    message: `the last USER is \`${step.text?.value ?? 'root'}\`: the program runs as root`,
    hint: `go back to an account without rights behind the steps that need root: USER ${own ?? '10001'}`,
    evidence: { user: step.text?.value ?? 'root' },
    fixes: nameUserFix(facts),
  }
}

function implicit(facts: Facts): PitfallHit {
  const { final } = facts
  const { base, at } = final
  const why = base.isEmpty ? 'an empty image has no other account' : `${base.written} starts as root`
  const own = accountOf(final)
  return {
    at,
    message: `nothing says USER, and ${why}: the program runs as root`,
    hint: hintFor(base, own),
    evidence: { base: base.written },
    fixes: nameUserFix(facts),
  }
}

function hintFor({ written, isEmpty, accounts }: Facts['final']['base'], own: string | undefined): string {
  if (accounts?.has('nginx') === true)
    return 'start from nginxinc/nginx-unprivileged, which listens on 8080 and needs no root'
  if (own !== undefined)
    return `${accounts?.has(own) === true ? written : 'the image'} has an account for that: USER ${own}`
  if (isEmpty) return 'a number needs no /etc/passwd: USER 10001'
  return 'write USER 10001 (a number needs no account), or create an account and name it in USER'
}

/** Files to take out of the build with `--output`: no program starts in them. */
function startsNothing({ final }: Facts): boolean {
  const { entrypoint, cmd } = final.end
  if (entrypoint !== undefined || cmd !== undefined) return false
  return final.base.isEmpty || isExportStage(final)
}

/** The services that are built from here run as somebody else. */
function composeSaysUser({ project, stages, final }: Facts): boolean {
  const services = (project?.composeFiles ?? [])
    .flatMap((file) => file.services)
    .filter(
      ({ build }) =>
        build !== undefined &&
        /^(?:\.|\.\/)?$/.test(build.context) &&
        (build.dockerfile ?? 'Dockerfile') === 'Dockerfile' &&
        (build.target === undefined || stages.find(({ name }) => name === build.target) === final),
    )
  return services.length > 0 && services.every(({ user }) => user !== undefined && !/^(?:root|0)\b/.test(user))
}
