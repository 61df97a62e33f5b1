import type { RunFacts } from '../../src/pitfalls/index.ts'

/**
 * A run in words: `exit 3`, `exit 3 without network` or `running`, and below what the program has said. Of what was started
 * it tells nothing: that is the image's.
 */
export function runOf(text: string, argv: readonly string[]): RunFacts {
  const [how = '', ...lines] = text.trimEnd().split('\n')
  const match = /^(?:running|exit (\d+)( without network)?)$/.exec(how)
  if (match === null) throw new Error(`not a run: ${how}`)
  const [, code, missed] = match
  return {
    argv,
    seconds: code === undefined ? 10 : 0.1,
    lines,
    missedNetwork: missed !== undefined,
    ...(code === undefined ? {} : { exitCode: Number(code) }),
  }
}
