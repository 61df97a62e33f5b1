import type { BudgetSeverity, Evidence, ImageInside, Offender } from '../../analysis/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { listPackages } from '../../inventory/index.ts'
import { applyIgnores, findVulnerabilities, type Vulnerability } from '../../vulnerabilities/index.ts'
import { attributePackages } from '../sbom/attribute-packages.ts'
import { openRecords } from '../scan/open-records.ts'
import { scanRules } from '../scan/scan-settings.ts'
import { lookedUp } from '../scan/scan-subject.ts'
import type { Session } from '../session.ts'
import type { Policy } from './read-policy.ts'

export interface CountedVulnerabilities {
  of(level: BudgetSeverity): Evidence<number>
}

/** Known vulnerabilities of an image, without those that the settings accept; unknown without a database. */
export async function countVulnerabilities(
  session: Session,
  inside: ImageInside,
  { directory, file }: Policy,
): Promise<CountedVulnerabilities | { readonly unknown: string }> {
  const choice = { ignore: [], vex: [], cwd: directory, ...(file === undefined ? {} : { config: file }) }
  const { ignores, onlyFixed } = await scanRules(choice)
  let database: ReturnType<typeof openRecords>
  try {
    database = openRecords(session.root)
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'database-missing') throw error
    return { unknown: `${error.message}: slipway db update` }
  }
  try {
    const packages = attributePackages(listPackages(inside.view, inside.read), inside.layers)
    const { vulnerabilities } = findVulnerabilities(packages.flatMap(lookedUp), database.records)
    const today = new Date(session.now()).toISOString().slice(0, 10)
    const counted = applyIgnores(vulnerabilities, ignores, today).counted.filter(
      ({ fixed }) => !onlyFixed || fixed !== undefined,
    )
    return {
      of: (level) => {
        const those = counted.filter((one) => one.level === level)
        return { value: those.length, offenders: those.map(offenderOf) }
      },
    }
  } finally {
    database.close()
  }
}

function offenderOf({ id, package: { name, version }, fixed, components }: Vulnerability): Offender {
  const line = components.find(({ origin }) => origin?.line !== undefined)?.origin?.line
  const repair = fixed === undefined ? '' : `, fixed in ${fixed}`
  return { text: `${id} in ${name} ${version}${repair}`, ...(line === undefined ? {} : { line }) }
}
