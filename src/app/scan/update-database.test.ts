import { mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { osvRecords } from '../../../test/kit/osv-records.ts'
import { ownerName } from '../../adapters/blob-store/index.ts'
import { lockFile } from '../engine/cache-mount-locks.ts'
import { openSession, type Session } from '../session.ts'
import { databaseStatus } from './open-records.ts'
import { updateDatabase, vulnerabilityDirectory } from './update-database.ts'

let directory = ''
let session: Session
const root = (): string => path.join(directory, 'store')
const signal = new AbortController().signal
const update = (ecosystem: string): Promise<unknown> =>
  updateDatabase(session, { from: 'osv', ecosystems: [ecosystem], cwd: directory, signal })
const families = (): readonly string[] => [...databaseStatus(root()).families.keys()]

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'update-database-'))
  for (const [name, record] of Object.entries(osvRecords)) {
    mkdirSync(path.dirname(path.join(directory, 'osv', name)), { recursive: true })
    writeFileSync(path.join(directory, 'osv', name), JSON.stringify(record))
  }
  session = openSession({ root: root(), env: {} })
})
afterEach(async () => {
  await session.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('updateDatabase', () => {
  it('waits for another update before it changes which families there are', async () => {
    const database = vulnerabilityDirectory(root())
    mkdirSync(database, { recursive: true })
    const release = await lockFile(path.join(database, 'database.lock'), ownerName(), { interval: 1, signal })
    // Every attempt to have the lock writes a draft of it.
    const watcher = watch(database)
    const attempt = new Promise<string>((resolve) =>
      watcher.on('change', (_, name) => String(name).startsWith('database.lock.') && resolve('waits')),
    )
    const done = update('npm')
    expect(await Promise.race([attempt, done.then(() => 'done')])).toBe('waits')
    expect(families()).toEqual([])
    watcher.close()
    release()
    await done
    expect(families()).toEqual(['npm'])
  })

  it('keeps what updates at the same time bring', async () => {
    await Promise.all([update('npm'), update('Debian')])
    expect(families()).toEqual(['Debian', 'npm'])
  })
})
