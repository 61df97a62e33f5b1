import { expect, it } from 'vitest'
import type { LayerEntry } from '../../archive/index.ts'
import type { Gap } from '../../closure/index.ts'
import { withStage } from './stage-that-has.ts'

const entry = (path: string): LayerEntry => ({ path, kind: 'file', mode: 0o755, uid: 0, gid: 0, size: 1, mtime: 0n })
const paths = [
  'usr/lib/libpq.so.5',
  'usr/share/bash-completion/completions/curl',
  'app/node_modules/express/package.json',
  'usr/lib/python3/dist-packages/six.py',
  'lib/ld-musl-x86_64.so.1',
]
const stages = [{ stage: 'build', layers: [{ entries: paths.map(entry) }] }]

it.each([
  ['library', 'libpq.so.5', 'stage build has /usr/lib/libpq.so.5: copy it'],
  ['interpreter', '/lib/ld-musl-x86_64.so.1', 'stage build has /lib/ld-musl-x86_64.so.1: copy it'],
  ['module', 'express', 'stage build has /app/node_modules/express: copy it'],
  ['module', 'koa', undefined],
  ['program', 'curl', undefined],
  ['program', '/usr/bin/libpq.so.5', undefined],
  ['certificates', 'libpq.so.5', undefined],
] as const)('a %s called %s leads to %s', (kind, needs, hint) => {
  const gap: Gap = { kind, severity: 'error', message: '', needs }
  expect(withStage(gap, stages).hint).toBe(hint)
})

it('adds to the hint that there is', () => {
  const gap: Gap = { kind: 'library', severity: 'error', message: '', needs: 'libpq.so.5', hint: 'install libpq5' }
  expect(withStage(gap, stages).hint).toBe('install libpq5; stage build has /usr/lib/libpq.so.5')
})
