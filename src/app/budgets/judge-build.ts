import type { BudgetVerdict } from '../../analysis/index.ts'
import { digestOf, type Location, SlipwayError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { budgetLine } from '../../report/index.ts'
import { blameFor } from '../blame/kept-blame.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import { internalStep } from '../build/internal-step.ts'
import type { MadeImages } from '../build/make-images.ts'
import { openMade } from '../inside/open-inside.ts'
import type { Session } from '../session.ts'
import { judgeImage, limitsTransfer } from './judge-image.ts'
import type { Policy } from './read-policy.ts'

interface Judged {
  readonly verdict: BudgetVerdict
  /** The line, and the platform where there are several. */
  readonly text: string
  readonly at: Location
}

/** Judges what a build has made before anybody is given it. Rejects with `budget-exceeded`; what only warns is said. */
export async function requireBudgets(
  session: Session,
  made: Pick<MadeImages, 'plan' | 'graphs' | 'results'> & { readonly images: readonly AssembledImage[] },
  { policy, signal }: { readonly policy: Policy; readonly signal: AbortSignal },
): Promise<void> {
  const judged = await internalStep(session, 'judging budgets', () => judgeAll(session, made, { policy, signal }))
  const open = judged.filter(({ verdict: { outcome } }) => outcome !== 'met')
  const failed = open.filter(({ verdict: { outcome, level } }) => outcome === 'exceeded' && level === 'fail')
  for (const { verdict, text, at } of open.filter((one) => !failed.includes(one))) {
    if (verdict.outcome === 'skipped') session.emit({ type: 'note', time: session.now(), message: `budget ${text}` })
    else {
      const diagnostic = { code: 'BudgetExceeded', severity: 'warning' as const, message: text, at, related: [] }
      session.emit({ type: 'diagnostic', time: session.now(), diagnostic })
    }
  }
  const [first] = failed
  if (first === undefined) return
  throw new SlipwayError('budget-exceeded', first.text, {
    at: [first.at],
    notes: failed.slice(1).map(({ text }) => text),
    hint: 'nothing was named, exported or pushed; slipway analyze and slipway blame of an earlier build show more',
  })
}

async function judgeAll(
  session: Session,
  made: Parameters<typeof requireBudgets>[1],
  { policy, signal }: Parameters<typeof requireBudgets>[2],
): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const image of made.images) {
    const { platform, layers, origins, parsed, planned, config } = image
    const blame = blameFor(session, made, planned)
    const name = formatPlatform(platform)
    const open = { signal, name, compressed: limitsTransfer(policy.budgets) }
    const inside = await openMade(
      session,
      { id: digestOf(config), platform, config: parsed, layers, origins, blame },
      open,
    )
    for (const verdict of await judgeImage(session, inside, { policy, signal })) {
      const text = `${budgetLine(verdict)}${made.images.length > 1 ? ` (${name})` : ''}`
      const above = verdict.level === 'warn' ? ['budgets', 'warn'] : ['budgets']
      judged.push({ verdict, text, at: policy.placeOf([...above, ...verdict.budget.split('.')]) })
    }
  }
  return judged
}
