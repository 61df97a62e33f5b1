import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { SlipwayError } from '../../core/index.ts'
import type { CheckedFinding } from '../../report/index.ts'

const baselineSchema = v.object({
  schemaVersion: v.literal(1),
  findings: v.array(v.object({ fingerprint: v.string(), rule: v.string(), file: v.string(), message: v.string() })),
})

/** Fingerprints of findings that do not count. Throws `config-invalid`. */
export function readBaseline(file: string, shown: string): ReadonlySet<string> {
  try {
    const { findings } = v.parse(baselineSchema, JSON.parse(readFileSync(file, 'utf8')))
    return new Set(findings.map(({ fingerprint }) => fingerprint))
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new SlipwayError('config-invalid', missing ? `there is no ${shown}` : `${shown} is no baseline`, {
      cause,
      hint: `slipway check --write-baseline ${shown} writes one`,
    })
  }
}

/** The text of a baseline: everything that was found, without lines, so that moving code does not change it. */
export function baselineText(findings: readonly CheckedFinding[]): string {
  const entries = findings.map(({ fingerprint, code, at, message }) => {
    return { rule: code, file: at.source.path, message, fingerprint }
  })
  const order = ({ file, rule, fingerprint }: (typeof entries)[number]): string => [file, rule, fingerprint].join('\n')
  const sorted = entries.sort((a, b) => (order(a) < order(b) ? -1 : 1))
  return `${JSON.stringify({ schemaVersion: 1, findings: sorted }, null, 2)}\n`
}
