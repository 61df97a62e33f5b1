import {
  type BudgetFacts,
  type Budgets,
  type BudgetVerdict,
  type Evidence,
  efficiencyOf,
  findSurface,
  type GrowthFigure,
  type ImageInside,
  imageUser,
  judgeBudgets,
  layerBytes,
  layerCount,
  type Limits,
  packageCount,
  surfaceOffenders,
  wastedBytes,
} from '../../analysis/index.ts'
import { once, SlipwayError } from '../../core/index.ts'
import { type Inventory, listPackages } from '../../inventory/index.ts'
import { type ClosureReport, closureOfInside } from '../inside/closure-of-inside.ts'
import { openInside } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'
import type { Policy } from './read-policy.ts'
import { countVulnerabilities } from './count-vulnerabilities.ts'
import { findSecrets } from './find-secrets.ts'

export interface JudgeImage {
  readonly policy: Policy
  readonly signal: AbortSignal
}

/** Whether a policy limits something, in whichever way. */
export function limits({ fail, warn }: Budgets, isLimited: (limits: Limits) => boolean): boolean {
  return isLimited(fail) || isLimited(warn)
}

/** Whether sizes of transfer are needed, so that layers have to be compressed before anybody asks for that. */
export function limitsTransfer(budgets: Budgets): boolean {
  return limits(budgets, ({ transfer, growth }) => transfer !== undefined || growth?.transfer !== undefined)
}

/** Judges an image by budgets. What cannot be known is skipped and says why. Rejects where the reference cannot be opened although it is there. */
export async function judgeImage(
  session: Session,
  inside: ImageInside,
  { policy, signal }: JudgeImage,
): Promise<readonly BudgetVerdict[]> {
  const { budgets } = policy
  const compared = limits(budgets, ({ growth }) => growth !== undefined)
  const reference = compared
    ? await openReference(session, inside, { policy, signal })
    : { unknown: 'nothing asks for it' }
  const counted = limits(budgets, ({ severities }) => severities !== undefined)
    ? await countVulnerabilities(session, inside, policy)
    : { unknown: 'nothing asks for it' }
  const closure = limits(budgets, (one) => one.closure !== undefined)
    ? await closureOfInside(session, inside, signal)
    : undefined
  const inventory = once(() => listPackages(inside.view, inside.read))
  const surface = once(() => findSurface(inside, { packages: [] }))
  const facts: BudgetFacts = {
    disk: () => layerBytes(inside, 'disk'),
    transfer: () => layerBytes(inside, 'transfer'),
    layers: () => layerCount(inside),
    wasted: () => wastedBytes(inside),
    efficiency: () => efficiencyOf(inside),
    packages: () => packageCount(inside, inventory()),
    setuid: () => {
      const offenders = surfaceOffenders(surface().items, ['setuid', 'setgid'])
      return { value: offenders.length, offenders }
    },
    user: () => userOf(inside),
    shell: () => ({
      value: 'the image has a shell',
      offenders: surfaceOffenders(surface().items, ['shell']),
    }),
    secrets: () => findSecrets(inside),
    closure: () => gapsOf(closure),
    severity: (level) => ('unknown' in counted ? counted : counted.of(level)),
    before: (figure) => ('unknown' in reference ? reference : figureOf(reference, figure)),
  }
  return judgeBudgets(budgets, facts)
}

/** In a first build there is no earlier image yet. */
async function openReference(
  session: Session,
  { platform }: ImageInside,
  { policy: { budgets, directory }, signal }: JudgeImage,
): Promise<ImageInside | { readonly unknown: string }> {
  const { reference = '' } = budgets
  try {
    return await openInside(session, reference, {
      platform,
      cwd: directory,
      signal,
      compressed: limitsTransfer(budgets),
    })
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'image-not-found') throw error
    return { unknown: `there is no ${reference} to compare with: ${error.message}` }
  }
}

function figureOf(reference: ImageInside, figure: GrowthFigure): Evidence<number> {
  if (figure !== 'packages') return layerBytes(reference, figure)
  const inventory: Inventory = listPackages(reference.view, reference.read)
  return packageCount(reference, inventory)
}

function userOf(inside: ImageInside): Evidence<string> {
  const { name, isRoot } = imageUser(inside)
  const why = name === '' ? 'no line has USER' : `USER ${name}`
  return { value: 'containers start as root', offenders: isRoot ? [{ text: why }] : [] }
}

function gapsOf(closure: ClosureReport | undefined): Evidence<string> {
  const offenders = (closure?.gaps ?? [])
    .filter(({ severity }) => severity !== 'info')
    .map(({ message, steps }) => {
      const step = steps.findLast(({ line }) => line !== undefined)
      return step === undefined ? { text: message } : { line: `${step.source}:${step.line}`, text: message }
    })
  return { value: 'something is missing that the image needs', offenders }
}
