import { replaceWord } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** A mixed FROM is the business of ConsistentInstructionCasing. */
export const fromAsCasing: Rule = {
  name: 'FromAsCasing',
  description: "The 'as' keyword should match the case of the 'from' keyword",
  url: buildkitPage('from-as-casing'),
  find: ({ stages }) =>
    stages.flatMap(({ from, at }) => {
      const as = from.asKeyword?.text
      const keyword = from.keyword.text
      if (as === undefined) return []
      const lower = keyword === keyword.toLowerCase()
      const wanted = lower ? as.toLowerCase() : as.toUpperCase()
      if ((!lower && keyword !== keyword.toUpperCase()) || as === wanted) return []
      const message = `'${as}' and '${keyword}' keywords' casing do not match`
      const hint = `write ${wanted}`
      const fixes = from.asKeyword === undefined ? [] : harmless(hint, replaceWord(from.asKeyword, wanted))
      return [{ at: wordAt(at, from.asKeyword), whole: at, message, commented: from, hint, fixes }]
    }),
}
