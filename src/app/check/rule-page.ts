import { readFileSync } from 'node:fs'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import type { RuleEntry } from '../../report/index.ts'
import { peerIds, ruleCatalogue, rulesNamed } from './rule-catalogue.ts'
import { docsFile, rulePage } from './rule-pages.ts'

/** A rule with its page in Markdown; rules about the text itself have theirs among the errors, or none. */
export interface RulePage {
  readonly entry: RuleEntry
  readonly page?: string
}

/** Every rule of `slipway check`. */
export function listRules(): readonly RuleEntry[] {
  return ruleCatalogue()
}

/** What there is to say about the rules that a name means: ours, or one of hadolint, dockle, trivy or BuildKit. Throws `usage`. */
export function explainRule(name: string): readonly RulePage[] {
  const catalogue = ruleCatalogue()
  const entries = rulesNamed(catalogue, name)
  if (entries.length === 0) {
    const names = catalogue.flatMap(({ id, peers }) => [id, ...peerIds(peers)])
    throw new SlipwayError('usage', `there is no rule ${name}`, {
      hint: didYouMean(name, new Set(names)) ?? '`slipway explain` lists them',
    })
  }
  return entries.map((entry) => {
    const page = pageOf(entry)
    return { entry, ...(page === undefined ? {} : { page }) }
  })
}

function pageOf({ id, origin }: RuleEntry): string | undefined {
  if (origin !== 'parser') return rulePage(id)
  const place = docsFile(`errors/${id === 'syntax' ? 'dockerfile-syntax' : id}.md`)
  return place === undefined ? undefined : readFileSync(place, 'utf8')
}
