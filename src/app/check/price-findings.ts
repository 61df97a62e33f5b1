import type { PitfallFinding } from '../../pitfalls/index.ts'
import { formatBytes } from '../../report/index.ts'
import { costOf, type WeighedLayer } from './line-costs.ts'

type Priced = Pick<PitfallFinding, 'message' | 'evidence' | 'costs'>

/**
 * The findings with what they cost the image that was built: bytes on disk and on the wire, in the message and as evidence
 * (`diskBytes`, `transferBytes`). A finding without bytes in the image stays as it is.
 */
export function priceFindings<Kind extends Priced>(
  findings: readonly Kind[],
  layers: readonly WeighedLayer[],
): readonly Kind[] {
  return findings.map((finding) => priced(finding, layers))
}

/** Bytes on disk that a finding is known to cost; 0 where nobody has measured. */
export function bytesOf({ evidence }: Pick<PitfallFinding, 'evidence'>): number {
  return Number(evidence.diskBytes ?? 0)
}

function priced<Kind extends Priced>(finding: Kind, layers: readonly WeighedLayer[]): Kind {
  const { costs } = finding
  const cost = costs === undefined ? undefined : costOf(costs, layers)
  if (costs === undefined || cost === undefined || cost.disk === 0) return finding
  const { disk, transfer } = cost
  const wire = transfer === undefined ? '' : `, ${formatBytes(transfer)} transfer`
  const kept = costs.line === 0 ? 'the base' : `line ${costs.line}`
  const hidden = costs.hiddenBy === undefined ? '' : `, deleted by line ${costs.hiddenBy}`
  return {
    ...finding,
    message: `${finding.message}: ${formatBytes(disk)} disk${wire}, by ${kept}${hidden}`,
    evidence: { ...finding.evidence, diskBytes: disk, ...(transfer === undefined ? {} : { transferBytes: transfer }) },
  }
}
