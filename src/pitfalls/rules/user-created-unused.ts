import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { accountOf, nameUserFix } from '../repairs/name-user.ts'
import { stepsDownItself } from '../queries/step-down.ts'
import { actionsIn } from '../queries/steps.ts'

/** An account that a step makes and nothing uses. */
export const userCreatedUnused: Pitfall = {
  id: 'user-created-unused',
  summary: 'An account that is made for the program is named in USER: without that the program goes on as root.',
  severity: 'warning',
  level: 'static',
  profiles: ['security'],
  peers: {},
  find: (facts) => {
    if (stepsDownItself(facts) || facts.final.end.isRoot !== true || facts.final.base.stepsDown === true) return []
    return actionsIn(facts.final.history, 'create-user').flatMap(({ step, action }) =>
      isUsed(facts, step, action.name, action.uid)
        ? []
        : [
            {
              at: step.at,
              message: `the account \`${action.name}\` is made here, and nothing in the image uses it`,
              hint: `write USER ${action.uid ?? action.name} before the program starts, or leave the account out`,
              evidence: { account: action.name },
              fixes: accountOf(facts.final) === action.name ? nameUserFix(facts) : [],
            },
          ],
    )
  },
}

/** Some USER, owner or command names it: files may be its own, a service may run as it. */
function isUsed({ final }: Facts, made: StepModel, name: string, uid: number | undefined): boolean {
  if (/[$`]/.test(name)) return true
  const names = new Set([name, ...(uid === undefined ? [] : [String(uid)])])
  const isNamed = (text: string): boolean => text.split(/[\s:="'/@,;()]+/).some((part) => names.has(part))
  return final.history.some((step) => {
    if (step.kind === 'USER' || step.kind === 'ENV' || step.kind === 'CMD' || step.kind === 'ENTRYPOINT')
      return isNamed(step.instruction.rest.text)
    if (step.transfer?.chown !== undefined && isNamed(step.transfer.chown)) return true
    const makers =
      step === made
        ? (step.command?.actions ?? []).flatMap((action) =>
            action.kind === 'create-user' || action.kind === 'create-group' ? [action.command] : [],
          )
        : []
    return (step.command?.script.commands ?? []).some(
      (command) =>
        !makers.includes(command) &&
        !/^(?:addgroup|groupadd|adduser|passwd)$/.test(command.program) &&
        [command.program, ...command.args].some(isNamed),
    )
  })
}
