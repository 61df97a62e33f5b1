import type { Pitfall } from '../pitfall.ts'
import { contextUses } from '../queries/context-reach.ts'
import { type Residue, residueIn } from '../queries/context-residue.ts'
import { addPatternsFix } from '../repairs/propose-ignore.ts'
import { listed } from '../queries/listed.ts'
import { sizeText } from '../queries/size-text.ts'

/** An ignore file that leaves the heavy parts in. */
export const dockerignoreGaps: Pitfall = {
  id: 'dockerignore-gaps',
  summary: 'The ignore file keeps out what tools have made: dependency trees, caches, build output, logs and history',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'size', 'speed', 'production'],
  peers: {},
  find: (facts) => {
    const ignore = facts.project?.ignore
    const uses = contextUses(facts)
    const first = uses.find(({ isWhole }) => isWhole) ?? uses[0]
    if (ignore === undefined || ignore.patterns.length === 0 || first === undefined) return []
    const found = [...residueIn(facts)].sort((a, b) => b.bytes - a.bytes)
    if (found.length === 0) return []
    const patterns = [...new Set(found.map(({ pattern }) => pattern))]
    const fix = addPatternsFix(facts, patterns)
    return [
      {
        at: first.step.at,
        message: `\`${ignore.path}\` lets ${listed(found.map(describe))} into the context`,
        hint: `add ${listed(
          patterns.map((pattern) => `\`${pattern}\``),
          6,
        )} to it`,
        evidence: {
          bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
          paths: found.map(({ path }) => path).join(' '),
        },
        ...(fix === undefined ? {} : { fixes: [fix.fix] }),
      },
    ]
  },
}

const words: Readonly<Record<Residue['kind'], string>> = {
  dependencies: 'installed packages',
  cache: 'a cache',
  output: 'build output',
  log: 'a log',
  history: 'version history',
}

function describe({ path, kind, bytes }: Residue): string {
  return `\`${path}\` (${words[kind]}, ${sizeText(bytes)})`
}
