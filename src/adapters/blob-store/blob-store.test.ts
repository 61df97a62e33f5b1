import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openBlobStore } from './blob-store.ts'

it('makes the store for its owner alone, and the directories above it as usual', () => {
  const place = mkdtempSync(join(tmpdir(), 'slipway-root-'))
  const before = process.umask(0o022)
  openBlobStore(join(place, 'a/b/store')).close()
  process.umask(before)
  expect(statSync(join(place, 'a/b/store')).mode & 0o777).toBe(0o700)
  expect(statSync(join(place, 'a/b')).mode & 0o777).toBe(0o755)
  rmSync(place, { recursive: true })
})

// Node's own recursive mkdir loops for ever there, so without our way this test never ends.
it('refuses a place where no directory can be made', () => {
  expect(() => openBlobStore('/proc/slipway/store')).toThrow(expect.objectContaining({ code: 'store-unusable' }))
})
