import { expect, test } from 'vitest'
import { whyNotReproducible } from './why-not-reproducible.ts'

const found = { timesOnly: false, epoch: 1_700_000_000, usesCacheMount: false }

test.each([
  ['usr/lib/python3/__pycache__/a.cpython-313.pyc', /PYTHONDONTWRITEBYTECODE/],
  ['var/log/apt/history.log', /remove them in the same RUN/],
  ['var/lib/apt/lists/lock', /remove them in the same RUN/],
  ['usr/share/doc/changelog.gz', /gzip -n/],
  ['app/build-id', /dates, random numbers/],
  ['var/lib/app/logs', /dates, random numbers/],
])('says why /%s may differ', (path, said) => {
  expect(whyNotReproducible({ ...found, path })).toMatch(said)
  expect(whyNotReproducible({ ...found, path })).not.toContain('set SOURCE_DATE_EPOCH')
})

test('asks for SOURCE_DATE_EPOCH only where there is none, and says what it leaves alone', () => {
  const times = { timesOnly: true, usesCacheMount: false }
  expect(whyNotReproducible(times)).toMatch(/^set SOURCE_DATE_EPOCH/)
  expect(whyNotReproducible({ ...times, epoch: 1_700_000_000 })).toMatch(/^times up to .*2023-11-14T22:13:20.000Z/)
})

test('speaks of cache mounts of the step', () => {
  expect(whyNotReproducible({ ...found, usesCacheMount: true })).toContain('cache mount')
})
