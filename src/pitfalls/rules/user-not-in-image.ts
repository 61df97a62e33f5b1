import { posix } from 'node:path'
import { hasAccount } from '../../bases/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { isArchive } from '../queries/brought-files.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { mayExist } from '../queries/production.ts'
import { accountFix } from '../repairs/name-user.ts'
import { actionsIn } from '../queries/steps.ts'
import { runsUnread } from '../queries/unread-commands.ts'

/** A USER that /etc/passwd does not know. */
export const userNotInImage: Pitfall = {
  id: 'user-not-in-image',
  summary: 'USER names an account that the image has: without it no container starts.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: {},
  find: (facts) => {
    const users = facts.final.history.filter(({ kind }) => kind === 'USER')
    const seen = new Set<string>()
    return users.flatMap((step): readonly PitfallHit[] => {
      const name = nameOf(step)
      if (name === undefined || seen.has(name) || !matters(facts, step)) return []
      seen.add(name)
      return isMissing(facts, step, name) ? [hit(facts, step, name)] : []
    })
  },
}

function nameOf({ text }: StepModel): string | undefined {
  const name = text?.isWhole === true ? text.value.split(':', 1)[0] : undefined
  return name === undefined || name === '' || /^\d+$/.test(name) || name === 'root' ? undefined : name
}

/** The image keeps it, or a RUN behind it runs as that user. */
function matters({ final }: Facts, step: StepModel): boolean {
  return (
    final.end.userStep === step || final.history.some(({ kind, before }) => kind === 'RUN' && before.userStep === step)
  )
}

function isMissing(facts: Facts, step: StepModel, name: string): boolean {
  const { final } = facts
  if (hasAccount(final.base, name) !== false) return false
  const earlier = final.history.slice(0, final.history.indexOf(step))
  const made = actionsIn(earlier, 'create-user').some(({ action }) => action.name === name || /[$`]/.test(action.name))
  return !made && !earlier.some((one) => bringsPasswd(facts, one, name)) && !mayMake(earlier, name)
}

/** /etc/passwd comes from elsewhere, where the account may be. */
function bringsPasswd(facts: Facts, { kind, transfer }: StepModel, name: string): boolean {
  if (transfer === undefined) return false
  const { destination, sources, intoDirectory, from } = transfer
  return sources.some(({ path, kind: what, hasWildcard }) => {
    const isNamed =
      withoutSlash(destination) === passwd ||
      (intoDirectory && posix.join(destination, posix.basename(path)) === passwd)
    if (isNamed) return from.kind !== 'stage' || path !== passwd || hasLine(from.stage, name)
    if (!isWithin(passwd, destination) || what === 'url' || what === 'heredoc') return false
    if (what === 'git' || (kind === 'ADD' && isArchive(path))) return true
    // What is in a directory goes into the destination; one file does not.
    if (isFile(path) && !hasWildcard) return false
    return from.kind !== 'stage' || mayHold(facts, from.stage, { directory: path, destination, name })
  })
}

const passwd = '/etc/passwd'

/** `server.js`, `/out/svc`. */
function isFile(path: string): boolean {
  return /\.\w+$|\/(?:bin|out)\/[^/]+$/.test(path)
}

/** The /etc/passwd of a stage names the account, or may name it. */
function hasLine({ end, history }: StageModel, name: string): boolean {
  return (end.accounts?.has(name) ?? true) || mayMake(history, name)
}

/** A directory of a stage has a passwd that comes to the right place. */
function mayHold(
  facts: Facts,
  stage: StageModel,
  { directory, destination, name }: { readonly directory: string; readonly destination: string; readonly name: string },
): boolean {
  const inner = posix.join(directory, posix.relative(destination, passwd))
  if (inner === passwd) return hasLine(stage, name)
  const isBuilt = actionsIn(stage.history, 'build').some(({ action }) => action.outputs.includes(directory))
  return !isBuilt && mayExist(facts, stage, inner)
}

/** Packages make accounts of their own, and so do scripts. */
function mayMake(steps: readonly StepModel[], name: string): boolean {
  const { names, hasUnknown } = installedPackages(steps)
  const makers = packageOf[name] ?? name
  if (hasUnknown || [...names].some((one) => one.includes(makers) || one.startsWith(name))) return true
  return runsUnread(steps) || writesAccounts(steps)
}

const packageOf: Readonly<Record<string, string>> = {
  'www-data': 'nginx',
  postgres: 'postgresql',
  mysql: 'mariadb',
  apache: 'apache',
  redis: 'redis',
  tomcat: 'tomcat',
}

function writesAccounts(steps: readonly StepModel[]): boolean {
  return steps.some(
    ({ kind, command }) =>
      kind === 'RUN' &&
      (command?.script.commands ?? []).some(
        ({ program, args, redirects }) =>
          /^(?:usermod|newusers|vipw|systemd-sysusers|sysusers|user-setup|fix-permissions)$/.test(program) ||
          [...args, ...redirects.map(({ target }) => target.value ?? target.text)].some((word) =>
            /(?:^|\/)etc\/passwd|passwd$/.test(word),
          ),
      ),
  )
}

function hit(facts: Facts, step: StepModel, name: string): PitfallHit {
  const { final } = facts
  const { base } = final
  return {
    at: step.at,
    message: `USER \`${name}\`: ${base.isEmpty ? 'an empty image has no /etc/passwd' : `${base.written} has no such account`}, and no step makes one`,
    hint:
      base.hasShell === false
        ? `write a number, which needs no account: USER ${base.distribution === 'distroless' ? '65532' : '10001'}; or copy /etc/passwd from a stage that has the account`
        : `create it before (RUN ${base.distribution === 'alpine' ? `adduser -S ${name}` : `useradd --system ${name}`}), or write a number: USER 10001`,
    evidence: { user: name, base: base.written },
    fixes: accountFix(facts, step, name),
  }
}
