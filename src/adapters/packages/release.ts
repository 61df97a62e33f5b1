import { SlipwayError } from '../../core/index.ts'
import { parseStanza } from './deb822.ts'
import type { ExpectedFile } from './download.ts'

/** What a suite's signed index says. https://wiki.debian.org/DebianRepository/Format#A.22Release.22_files */
export interface Release {
  readonly suite: string
  readonly codename: string
  /** Milliseconds since the epoch; NaN when the field is missing. */
  readonly date: number
  readonly validUntil?: number
  readonly byHash: boolean
  /** Paths below `dists/<suite>/`. */
  readonly files: ReadonlyMap<string, ExpectedFile>
}

/**
 * Reads a Release file that has been verified. Throws `package-archive` when it is not the suite that was asked for (a
 * mirror may not pass off one signed suite as another) or has no SHA-256 list.
 */
export function parseRelease(text: string, suite: string, name: string): Release {
  const fields = parseStanza(text)
  const release = { suite: fields.get('suite') ?? '', codename: fields.get('codename') ?? '' }
  if (suite !== release.suite && suite !== release.codename) {
    throw new SlipwayError(
      'package-archive',
      `${name} is the index of ${release.codename || 'another suite'}, not of ${suite}`,
    )
  }
  const files = parseFiles(fields.get('sha256') ?? '')
  if (files.size === 0) throw new SlipwayError('package-archive', `${name} lists no SHA-256 checksums`)
  const validUntil = fields.get('valid-until')
  return {
    ...release,
    date: Date.parse(fields.get('date') ?? ''),
    ...(validUntil === undefined ? {} : { validUntil: Date.parse(validUntil) }),
    byHash: fields.get('acquire-by-hash') === 'yes',
    files,
  }
}

/** Throws `package-archive` when the index is past its Valid-Until: somebody may be holding back security updates. */
export function refuseExpired(release: Release, now: number, name: string): void {
  if (release.validUntil === undefined || now <= release.validUntil) return
  throw new SlipwayError(
    'package-archive',
    `${name} was valid until ${new Date(release.validUntil).toISOString()} only`,
    {
      hint: 'the mirror is out of date, or the clock of this machine is wrong',
    },
  )
}

function parseFiles(list: string): ReadonlyMap<string, ExpectedFile> {
  const files = new Map<string, ExpectedFile>()
  for (const line of list.split('\n')) {
    const [sha256, size, path] = line.trim().split(/\s+/)
    if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && size !== undefined && path !== undefined) {
      files.set(path, { sha256, size: Number(size) })
    }
  }
  return files
}
