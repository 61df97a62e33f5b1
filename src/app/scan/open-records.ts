import {
  openVulnerabilityStore,
  type RecordReader,
  type StoredFamily,
} from '../../adapters/vulnerability-store/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { decodeAdvisory, decodeAffected, familyOf, type VulnerabilityRecords } from '../../vulnerabilities/index.ts'
import { keyOf, vulnerabilityDirectory } from './update-database.ts'

/** What is known of the database without looking anything up. */
export interface DatabaseStatus {
  readonly directory: string
  /** By name, in the order of the alphabet. */
  readonly families: ReadonlyMap<string, StoredFamily>
}

export interface OpenRecords {
  readonly records: VulnerabilityRecords
  /** The families that were asked for anything. */
  used(): ReadonlyMap<string, StoredFamily>
  close(): void
}

export function databaseStatus(root: string): DatabaseStatus {
  const directory = vulnerabilityDirectory(root)
  return { directory, families: openVulnerabilityStore(directory).families() }
}

/** Opens the database for scans; families are opened when they are asked for. Throws `store-unusable`; without one `database-missing`. */
export function openRecords(root: string): OpenRecords {
  const store = openVulnerabilityStore(vulnerabilityDirectory(root))
  const families = store.families()
  if (families.size === 0)
    throw new SlipwayError('database-missing', 'there is no vulnerability database here yet', {
      hint: 'fetch one: slipway db update, or slipway db update --from DIRECTORY|ARCHIVE|URL|docker://IMAGE',
    })
  const readers = new Map<string, RecordReader>()
  const used = new Map<string, StoredFamily>()
  const readerOf = (name: string): RecordReader | undefined => {
    const family = families.get(name)
    if (family === undefined) return undefined
    const reader = readers.get(name) ?? store.open(family)
    readers.set(name, reader)
    used.set(name, family)
    return reader
  }
  return {
    records: {
      holds: (ecosystem) => families.get(familyOf(ecosystem))?.ecosystems.includes(ecosystem) === true,
      affected: (ecosystem, name) => {
        const reader = readerOf(familyOf(ecosystem))
        return reader === undefined ? [] : undamaged(() => entriesOf(reader, keyOf(ecosystem, name)))
      },
    },
    used: () => used,
    close: () => {
      for (const reader of readers.values()) reader.close()
    },
  }
}

function entriesOf(reader: RecordReader, key: string): ReturnType<VulnerabilityRecords['affected']> {
  return reader.entries(key).map((entry) => {
    const [offset, length, affected] = entry as readonly [number, number, unknown]
    return {
      ...decodeAffected(affected),
      advisory: () => undamaged(() => decodeAdvisory(reader.shared({ offset, length }))),
    }
  })
}

function undamaged<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new SlipwayError('store-unusable', `the vulnerability database is damaged: ${(cause as Error).message}`, {
      hint: 'fetch it again: slipway db update',
      cause,
    })
  }
}
