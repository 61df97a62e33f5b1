import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { markUsed } from './mark-used.ts'

test('a use shows in the time of the last change of attributes alone, once an hour at most', async () => {
  const place = mkdtempSync(join(tmpdir(), 'used-'))
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    utimesSync(place, 1_700_000_000, 1_600_000_000)
    const before = statSync(place)
    await new Promise((resolve) => setTimeout(resolve, 20))
    markUsed(place)
    expect(statSync(place).ctimeMs).toBe(before.ctimeMs)
    vi.setSystemTime(before.ctimeMs + 2 * 3_600_000)
    markUsed(place)
    const { atimeMs, mtimeMs, ctimeMs } = statSync(place)
    expect([atimeMs, mtimeMs]).toEqual([before.atimeMs, before.mtimeMs])
    expect(ctimeMs).toBeGreaterThan(before.ctimeMs)
  } finally {
    vi.useRealTimers()
    rmSync(place, { recursive: true })
  }
})
