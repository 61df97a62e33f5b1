import { structuredPatch } from 'diff'

/** Two texts line by line: `-` only in the first, `+` only in the second, with two lines around them that both have. */
export function lineDiff(before: string, after: string): string {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 2 })
  return hunks.flatMap(({ lines }) => lines.map((line) => `${line.slice(0, 1)} ${line.slice(1)}`)).join('\n')
}
