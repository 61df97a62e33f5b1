import type { ScannedFamily, ScanReport } from '../../report/index.ts'
import {
  applyIgnores,
  applyVex,
  type Component,
  compareVulnerabilities,
  findVulnerabilities,
  isAtLeast,
  type ScannedImage,
  type Vulnerability,
  type VulnerabilityDelta,
} from '../../vulnerabilities/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { listImages } from '../images/list-images.ts'
import type { Session } from '../session.ts'
import { type OpenRecords, openRecords } from './open-records.ts'
import { type ScanChoice, type ScanRules, scanRules } from './scan-settings.ts'
import { readSubject, type ScanSubject, type SubjectRequest } from './scan-subject.ts'

export type ScanRequest = SubjectRequest & { readonly choice: ScanChoice }

/** Looks the packages of an image, a list of packages or a directory up. Rejects as reading it does, and with `database-missing`. */
export async function scanImage(session: Session, request: ScanRequest): Promise<ScanReport> {
  const rules = await scanRules(request.choice)
  const database = openRecords(session.root)
  try {
    const subject = await readSubject(session, request)
    return await internalStep(session, 'looking packages up', async () =>
      judge(subject, { database, rules, now: session.now() }),
    )
  } finally {
    database.close()
  }
}

interface Judging {
  readonly database: OpenRecords
  readonly rules: ScanRules
  /** Milliseconds since the epoch. */
  readonly now: number
}

function judge(subject: ScanSubject, { database, rules, now }: Judging): ScanReport {
  const { components, stages, names, notes, ...about } = subject
  const { vulnerabilities: found, checked, unchecked } = findVulnerabilities(components, database.records)
  const today = new Date(now).toISOString().slice(0, 10)
  const { counted: open, suppressed: cleared } = applyVex(found, rules.statements, names)
  const { counted, suppressed, expired, unused } = applyIgnores(open, rules.ignores, today)
  const shown = (all: readonly Vulnerability[]): readonly Vulnerability[] =>
    rules.onlyFixed ? all.filter(({ fixed }) => fixed !== undefined) : all
  const vulnerabilities = shown(counted)
  const building = stages.map(({ stage, components: those }) => ({
    stage,
    vulnerabilities: shown(findVulnerabilities(those, database.records).vulnerabilities),
  }))
  return {
    ...about,
    failOn: rules.failOn,
    failed: vulnerabilities.some((one) => isFailure(one, rules)),
    vulnerabilities,
    suppressed: [...cleared, ...suppressed],
    unfixed: counted.length - vulnerabilities.length,
    expired,
    unused,
    checked,
    unchecked,
    stages: building.filter(({ vulnerabilities: those }) => those.length > 0),
    database: familiesOf(database),
    notes: [...notes, ...ageNotes(database, { now, maxAge: rules.maxAge })],
  }
}

/** Whoever fails at low wants to hear of everything: there what nobody has rated counts, too. */
function isFailure({ level }: Vulnerability, { failOn }: ScanRules): boolean {
  return failOn !== 'none' && (failOn === 'low' || isAtLeast(level, failOn))
}

function familiesOf(database: OpenRecords): readonly ScannedFamily[] {
  return [...database.used()].map(([name, { updated, newest, from }]) => ({
    name,
    updated,
    from,
    ...(newest === undefined ? {} : { newest }),
  }))
}

const dayMilliseconds = 24 * 3600 * 1000

function ageNotes(
  database: OpenRecords,
  { now, maxAge }: { readonly now: number; readonly maxAge: number },
): readonly string[] {
  return [...database.used()].flatMap(([name, { updated }]) => {
    const days = Math.floor((now - updated) / dayMilliseconds)
    return days > maxAge ? [`The records of ${name} are ${days} days old: slipway db update fetches newer ones`] : []
  })
}

/** An image of the store that has a vulnerability. */
export interface HitImage {
  readonly name: string
  readonly image: string
  readonly platform: string
  readonly vulnerabilities: readonly Vulnerability[]
}

export interface HitRequest {
  /** Any of its names. */
  readonly id: string
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Which images of the store have a vulnerability, and how many were looked at; those whose layers are elsewhere are named. */
export async function imagesWith(
  session: Session,
  { id, cwd, signal }: HitRequest,
): Promise<{ readonly hits: readonly HitImage[]; readonly looked: number; readonly skipped: readonly string[] }> {
  const database = openRecords(session.root)
  const hits: HitImage[] = []
  const skipped: string[] = []
  const known = new Map<string, readonly Vulnerability[]>()
  let looked = 0
  try {
    for (const { id: image, repository, tag, platform, size } of await listImages(session)) {
      const name = repository === undefined ? image : `${repository}:${tag ?? 'latest'}`
      if (size === undefined) {
        skipped.push(`${name} was not looked at: its layers have not been downloaded`)
        continue
      }
      let found = known.get(image)
      if (found === undefined) {
        const request = { subject: `store:${image}`, stages: false, offline: true, cwd, signal }
        const { components } = await readSubject(session, request)
        found = findVulnerabilities(components, database.records).vulnerabilities.filter(({ ids }) => isNamed(ids, id))
        known.set(image, found)
        looked += 1
      }
      if (found.length > 0) hits.push({ name, image, platform, vulnerabilities: found })
    }
  } finally {
    database.close()
  }
  return { hits, looked, skipped }
}

function isNamed(ids: readonly string[], wanted: string): boolean {
  return ids.some((id) => id.toUpperCase() === wanted.toUpperCase())
}

/** What differs between the vulnerabilities of two sets of packages, by what brought them. Rejects with `database-missing`. */
export function vulnerabilityDelta(
  root: string,
  before: readonly Component[],
  after: readonly Component[],
): VulnerabilityDelta {
  const database = openRecords(root)
  try {
    const scanned = (components: readonly Component[]): ScannedImage => ({
      components,
      vulnerabilities: findVulnerabilities(components, database.records).vulnerabilities,
    })
    return compareVulnerabilities(scanned(before), scanned(after))
  } finally {
    database.close()
  }
}
