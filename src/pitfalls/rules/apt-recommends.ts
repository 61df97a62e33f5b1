import type { Fix } from '../../core/index.ts'
import { insertWordAfter } from '../../editing/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { configuresApt } from '../queries/apt-settings.ts'
import { shownFor } from '../queries/package-residue.ts'
import { subcommandOf } from '../queries/run-commands.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** apt installs packages that nobody has asked for. */
export const aptRecommends: Pitfall = {
  id: 'apt-recommends',
  summary: 'apt-get install leaves recommended packages out: they are often larger than what was asked for.',
  severity: 'info',
  level: 'static',
  profiles: ['size', 'production'],
  peers: { hadolint: ['DL3015'], trivy: ['DS-0029'] },
  find,
}

function find({ final }: Facts): readonly PitfallHit[] {
  const found = new Map<StepModel, StepAction<'install'>[]>()
  for (const one of actionsIn(final.history, 'install')) {
    const { action, step } = one
    if (action.manager !== 'apt' || action.noRecommends || isForSources(one)) continue
    if (configuresApt(final.history, step, /Install-Recommends/i)) continue
    found.set(step, [...(found.get(step) ?? []), one])
  }
  return [...found].flatMap(([step, all]) => {
    const [first] = all
    if (first === undefined) return []
    const names = all.flatMap(({ action }) => action.packages.map(({ name }) => name))
    const named = names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')
    return [
      {
        at: shownFor(step, first.action),
        message: `apt-get install${named === '' ? '' : ` of ${named}`} brings recommended packages as well`,
        hint: 'write apt-get install --no-install-recommends, and name what you need of them',
        evidence: { packages: names.join(' ') },
        fixes: step.trigger ? [] : [fixFor(all)],
      },
    ]
  })
}

/** build-dep takes no recommended packages along. */
function isForSources({ action }: StepAction<'install'>): boolean {
  return action.subcommand === 'build-dep' || action.subcommand === 'satisfy'
}

/** Whether the program misses something, a rebuild and a run must show. */
function fixFor(all: readonly StepAction<'install'>[]): Fix {
  const words = all.flatMap(({ action }) => subcommandOf(action.command)?.word ?? [])
  const edits = words.flatMap((word) => insertWordAfter(word, '--no-install-recommends'))
  return { title: 'write --no-install-recommends', edits, claims: ['smaller'], safety: 'proof' }
}
