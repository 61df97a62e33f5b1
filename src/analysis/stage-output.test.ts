import { describe, expect, it } from 'vitest'
import { type LayerEntry, mergeLayers } from '../archive/index.ts'
import { digestOf } from '../core/index.ts'
import { findInStages, stageOutputs } from './stage-output.ts'

const file = (path: string, text: string): LayerEntry => ({
  path,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: text.length,
  mtime: 0n,
  digest: digestOf(text),
})
const link = (path: string): LayerEntry => ({ ...file(path, ''), kind: 'symlink', linkname: 'x' })

const build = {
  stage: 'build',
  layers: [
    { entries: [file('usr/bin/cc', 'compiler')] },
    { entries: [file('src/main.c', 'source'), file('tmp/a', 'gone')], line: 3 },
    { entries: [file('out/app', 'program'), { ...file('tmp/a', ''), kind: 'whiteout' as const }], line: 4 },
    { entries: [file('usr/lib/libpq.so.5.15', 'library'), link('usr/lib/libpq.so.5')], line: 5 },
  ],
}
const root = (...entries: readonly LayerEntry[]) => ({ root: mergeLayers([entries]) })

describe('stageOutputs', () => {
  it('counts what the own lines of a stage have written, and what of it is in the image under whatever name', () => {
    expect(stageOutputs(root(file('usr/local/bin/server', 'program')), [build])).toEqual([
      {
        stage: 'build',
        bytes: 'sourceprogramlibrary'.length,
        shipped: 'program'.length,
        left: [
          { path: 'usr/lib', bytes: 7 },
          { path: 'src', bytes: 6 },
        ],
      },
    ])
  })

  it('tells that nothing of a stage is there', () => {
    expect(stageOutputs(root(), [build])).toMatchObject([{ shipped: 0 }])
  })
})

describe('findInStages', () => {
  it.each([
    ['libpq.so.5', 'usr/lib/libpq.so.5'],
    ['/src/main.c', 'src/main.c'],
    ['lib/libpq.so.5', 'usr/lib/libpq.so.5'],
    ['libpq.so', undefined],
    ['/main.c', undefined],
    ['other/libpq.so.5', undefined],
    ['', undefined],
  ])('looks for %s', (name, path) => {
    expect(findInStages(name, [build])).toEqual(path === undefined ? undefined : { stage: 'build', path })
  })
})
