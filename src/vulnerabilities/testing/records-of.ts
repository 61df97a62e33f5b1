import { advisoryOf, decodeAdvisory, decodeAffected, encodeAdvisory, encodeAffected } from '../advisory.ts'
import type { KnownAffected, VulnerabilityRecords } from '../find-vulnerabilities.ts'
import { decodeOsvRecord } from '../osv-record.ts'

/** A database in memory, of records in OSV's format; written and read in the form in which it is stored. */
export function recordsOf(osv: readonly object[]): VulnerabilityRecords {
  const kept = new Map<string, KnownAffected[]>()
  const held = new Set<string>()
  for (const value of osv) {
    const record = decodeOsvRecord(value)
    if ('reason' in record) throw new Error(record.reason)
    const { advisory, affected } = advisoryOf(record)
    for (const one of affected) {
      const key = `${one.ecosystem} ${one.name}`
      held.add(one.ecosystem)
      const stored = decodeAffected(JSON.parse(encodeAffected(one)))
      const entry = { ...stored, advisory: () => decodeAdvisory(encodeAdvisory(advisory)) }
      kept.set(key, [...(kept.get(key) ?? []), entry])
    }
  }
  return {
    holds: (ecosystem) => held.has(ecosystem),
    affected: (ecosystem, name) => kept.get(`${ecosystem} ${name}`) ?? [],
  }
}
