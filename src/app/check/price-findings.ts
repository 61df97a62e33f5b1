import type { PitfallFinding } from '../../pitfalls/index.ts'
import { formatBytes } from '../../report/index.ts'
import { type LineCosts, shareOf } from './line-costs.ts'

type Priced = Pick<PitfallFinding, 'message' | 'evidence' | 'costs'>

/**
 * The findings with what they cost the image that was built: bytes on disk and on the wire, in the message and as evidence
 * (`diskBytes`, `transferBytes`). A finding without bytes in the image stays as it is. What costs most comes first.
 */
export function priceFindings<Kind extends Priced>(findings: readonly Kind[], costs: LineCosts): readonly Kind[] {
  return findings.map((finding) => priced(finding, costs)).sort((a, b) => bytesOf(b) - bytesOf(a))
}

/** Bytes on disk that a finding is known to cost; 0 where nobody has measured. */
export function bytesOf({ evidence }: Pick<PitfallFinding, 'evidence'>): number {
  return Number(evidence.diskBytes ?? 0)
}

function priced<Kind extends Priced>(finding: Kind, costs: LineCosts): Kind {
  const line = finding.costs === undefined ? undefined : costs.get(finding.costs.line)
  if (finding.costs === undefined || line === undefined) return finding
  const { disk, transfer } = shareOf(line, finding.costs.paths)
  if (disk === 0) return finding
  const wire = transfer === undefined ? '' : `, ${formatBytes(transfer)} transfer`
  return {
    ...finding,
    message: `${finding.message}: ${formatBytes(disk)} disk${wire}, by line ${finding.costs.line}`,
    evidence: { ...finding.evidence, diskBytes: disk, ...(transfer === undefined ? {} : { transferBytes: transfer }) },
  }
}
