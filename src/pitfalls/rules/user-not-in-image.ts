import { posix } from 'node:path'
import { hasAccount } from '../../bases/index.ts'
import type { Fix } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { installedPackages } from '../queries/installed-packages.ts'
import { isWithin } from '../queries/origins.ts'
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

function isMissing({ final }: Facts, step: StepModel, name: string): boolean {
  if (hasAccount(final.base, name) !== false) return false
  const earlier = final.history.slice(0, final.history.indexOf(step))
  const made = actionsIn(earlier, 'create-user').some(({ action }) => action.name === name || /[$`]/.test(action.name))
  return !made && !bringsPasswd(earlier, name) && !mayMake(earlier, name)
}

/** /etc/passwd comes from elsewhere, where the account may be. */
function bringsPasswd(steps: readonly StepModel[], name: string): boolean {
  return steps.some(({ transfer }) => {
    if (transfer === undefined) return false
    const { destination, sources, intoDirectory, from } = transfer
    const into = sources.some(({ path }) => {
      const whole =
        intoDirectory && posix.extname(path) === '' && path !== ''
          ? posix.join(destination, posix.basename(path))
          : destination
      return isWithin('/etc/passwd', whole) || whole === '/etc/passwd'
    })
    // One file into / cannot be it.
    const isFile = sources.every(({ path }) => path !== '/etc/passwd' && /\.\w+$|\/(?:bin|out)\/[^/]+$/.test(path))
    if (!into || (destination === '/' && isFile)) return false
    return (
      from.kind !== 'stage' ||
      (from.stage.end.accounts?.has(name) ?? true) ||
      sources.every(({ path }) => path !== '/etc/passwd')
    )
  })
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

function hit({ final }: Facts, step: StepModel, name: string): PitfallHit {
  const { base } = final
  return {
    at: step.at,
    message: `USER \`${name}\`: ${base.isEmpty ? 'an empty image has no /etc/passwd' : `${base.written} has no such account`}, and no step makes one`,
    hint:
      base.hasShell === false
        ? `write a number, which needs no account: USER ${base.distribution === 'distroless' ? '65532' : '10001'}; or copy /etc/passwd from a stage that has the account`
        : `create it before (RUN ${base.distribution === 'alpine' ? `adduser -S ${name}` : `useradd --system ${name}`}), or write a number: USER 10001`,
    evidence: { user: name, base: base.written },
    fixes: numberFix(final, step),
  }
}

/** Without a shell nobody can make an account: the number that such images use does without one. */
function numberFix({ base }: Facts['final'], { instruction, trigger }: StepModel): readonly Fix[] {
  if (base.hasShell !== false || trigger || instruction.kind !== 'USER') return []
  const number = base.distribution === 'distroless' ? '65532' : '10001'
  return [{ title: `write USER ${number}`, edits: replaceWord(instruction.word, number), claims: [], safety: 'proof' }]
}
