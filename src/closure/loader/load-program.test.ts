import { describe, expect, it } from 'vitest'
import {
  alpine,
  closureIn,
  debian,
  elf,
  gapsIn,
  glibcLoader,
  glibcProgram,
  link,
  muslLoader,
} from '../../../test/kit/closure-roots.ts'
import type { MemoryFiles } from '../../fileset/index.ts'

const start = { Entrypoint: ['/app'] }
const libpq = elf({ soname: 'libpq.so.5', needed: ['libc.so.6'] })
const needsPq = glibcProgram({ needed: ['libpq.so.5', 'libc.so.6'] })

/** A cache as `ldconfig` writes it. */
function loaderCache(entries: Readonly<Record<string, string>>): Uint8Array {
  const names = Object.entries(entries)
  const texts = names.flat().map((text) => `${text}\0`)
  const header = Buffer.alloc(48 + names.length * 24)
  header.write('glibc-ld.so.cache1.1', 'latin1')
  header.writeUInt32LE(names.length, 20)
  let at = header.length
  names.flat().forEach((text, index) => {
    header.writeUInt32LE(at, 48 + Math.floor(index / 2) * 24 + (index % 2 === 0 ? 4 : 8))
    at += text.length + 1
  })
  return Buffer.concat([header, Buffer.from(texts.join(''))])
}

const complete: Readonly<Record<string, MemoryFiles>> = {
  'in a directory of the loader': { 'usr/lib/x86_64-linux-gnu/libpq.so.5': libpq, app: needsPq },
  'through a link': {
    'usr/lib/libpq.so.5': link('libpq.so.5.15'),
    'usr/lib/libpq.so.5.15': libpq,
    app: needsPq,
  },
  'in the cache of the loader': {
    'usr/local/lib/libpq.so.5': libpq,
    'etc/ld.so.cache': loaderCache({ 'libpq.so.5': '/usr/local/lib/libpq.so.5' }),
    app: needsPq,
  },
  'where the program says': {
    'opt/lib/libpq.so.5': libpq,
    app: glibcProgram({ needed: ['libpq.so.5'], runpath: '/nowhere:$ORIGIN/opt/lib' }),
  },
  'where the program says for the libraries of its libraries': {
    'opt/lib/libpq.so.5': libpq,
    'opt/lib/libmid.so': elf({ needed: ['libpq.so.5'] }),
    app: glibcProgram({ needed: ['libmid.so'], rpath: '${ORIGIN}/opt/lib' }),
  },
  'behind one for another machine': {
    'usr/lib/x86_64-linux-gnu/libpq.so.5': elf({ machine: 0xb7 }),
    'usr/lib/libpq.so.5': libpq,
    app: needsPq,
  },
}

const gaps: readonly (readonly [string, MemoryFiles, readonly string[]])[] = [
  ['a library that is nowhere', { app: needsPq }, ['error library libpq.so.5 (app)']],
  [
    'a library that ldconfig has not seen',
    { 'usr/local/lib/libpq.so.5': libpq, app: needsPq },
    ['error library libpq.so.5 (app)'],
  ],
  [
    'a library that a cache of old names',
    { 'etc/ld.so.cache': loaderCache({ 'libpq.so.5': '/usr/local/lib/libpq.so.5' }), app: needsPq },
    ['error library libpq.so.5 (app)'],
  ],
  [
    'a RUNPATH, which libraries of libraries do not inherit',
    {
      'opt/lib/libpq.so.5': libpq,
      'opt/lib/libmid.so': elf({ needed: ['libpq.so.5'] }),
      app: glibcProgram({ needed: ['libmid.so'], runpath: '$ORIGIN/opt/lib' }),
    },
    ['error library libpq.so.5 (opt/lib/libmid.so)'],
  ],
  [
    'a link that leads nowhere',
    { 'usr/lib/libpq.so.5': link('libpq.so.5.15'), app: needsPq },
    ['error link libpq.so.5 (usr/lib/libpq.so.5)'],
  ],
  [
    'versions that libc does not have: the newest alone',
    { app: glibcProgram({ wants: { 'libc.so.6': ['GLIBC_2.34', 'GLIBC_2.38', 'GLIBC_2.37'] } }) },
    ['error symbol-version GLIBC_2.38 (app)'],
  ],
  ['a program for another machine', { app: elf({ machine: 0xb7 }) }, ['error architecture arm64 (app)']],
  [
    'a program for musl',
    { app: elf({ interpreter: muslLoader, needed: ['libc.musl-x86_64.so.1'] }) },
    ['error libc /lib/ld-musl-x86_64.so.1 (app)'],
  ],
  [
    'a library for musl in a program for glibc',
    { 'usr/lib/libmid.so': elf({ needed: ['libc.musl-x86_64.so.1'] }), app: glibcProgram({ needed: ['libmid.so'] }) },
    ['error libc libc.musl-x86_64.so.1 (usr/lib/libmid.so)'],
  ],
]

describe('a program on Debian', () => {
  it.each(Object.entries(complete))('finds its library %s', (_, files) => {
    expect(gapsIn({ ...debian, ...files }, start)).toEqual([])
  })

  it.each(gaps)('does not find %s', (_, files, expected) => {
    expect(gapsIn({ ...debian, ...files }, start)).toEqual(expected)
  })

  it('finds a library in LD_LIBRARY_PATH', () => {
    const files = { ...debian, 'opt/libpq.so.5': libpq, app: needsPq }
    expect(gapsIn(files, { ...start, Env: ['LD_LIBRARY_PATH=/nowhere:/opt'] })).toEqual([])
    expect(gapsIn(files, { ...start, Env: ['LD_LIBRARY_PATH=/nowhere'] })).toHaveLength(1)
  })

  it('may lack a weak version, and a version of a library without versions', () => {
    const wants = { 'libc.so.6': ['GLIBC_2.99?'], 'libpq.so.5': ['PQ_1'] }
    const app = glibcProgram({ needed: ['libpq.so.5', 'libc.so.6'], wants })
    expect(gapsIn({ ...debian, app, 'usr/lib/libpq.so.5': libpq }, start)).toEqual([])
  })

  it('is told the package, the line that helps, and what libc has', () => {
    const [library] = closureIn({ ...debian, app: needsPq }, start).gaps
    expect(library?.hint).toContain('apt-get install -y --no-install-recommends libpq5')
    const there = { ...debian, app: needsPq, 'usr/local/lib/libpq.so.5': libpq }
    expect(closureIn(there, start).gaps[0]?.hint).toContain('RUN ldconfig')
    const [version] = closureIn(
      { ...debian, app: glibcProgram({ wants: { 'libc.so.6': ['GLIBC_2.38'] } }) },
      start,
    ).gaps
    expect(version?.message).toBe('/app needs GLIBC_2.38; libc.so.6 of Debian 12 has up to GLIBC_2.36')
    expect(version?.hint).toContain('Ubuntu 24.04')
  })

  it('reaches what it loads', () => {
    const { reached } = closureIn({ ...debian, app: needsPq, 'usr/lib/libpq.so.5': libpq }, start)
    expect([...reached].sort()).toEqual([
      'app',
      'usr/lib/libpq.so.5',
      'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
      'usr/lib/x86_64-linux-gnu/libc.so.6',
    ])
  })
})

describe('a program on Alpine', () => {
  it('finds musl under every name of its parts', () => {
    const app = elf({ interpreter: muslLoader, needed: ['libc.musl-x86_64.so.1', 'libpthread.so.0'] })
    expect(gapsIn({ ...alpine, app }, start)).toEqual([])
  })

  it('looks where musl is told to', () => {
    const app = elf({ interpreter: muslLoader, needed: ['libpq.so.5'] })
    const files = { ...alpine, app, 'opt/libpq.so.5': elf({}) }
    expect(gapsIn(files, start)).toEqual(['error library libpq.so.5 (app)'])
    expect(gapsIn({ ...files, 'etc/ld-musl-x86_64.path': '/lib\n/opt' }, start)).toEqual([])
  })

  it('does not start a program for glibc', () => {
    const { gaps } = closureIn({ ...alpine, app: glibcProgram() }, start)
    expect(gaps.map(({ kind, needs }) => [kind, needs])).toEqual([['libc', glibcLoader]])
    expect(gaps[0]?.message).toContain('Alpine 3.20.3 has musl')
  })

  it('says nothing of glibc programs where a compatibility layer has their loader', () => {
    const { gaps, unknown } = closureIn(
      { ...alpine, app: glibcProgram(), 'lib64/ld-linux-x86-64.so.2': elf({}) },
      start,
    )
    expect(gaps).toEqual([])
    expect(unknown).toHaveLength(1)
  })

  it.each([
    [['puts'], []],
    [['puts', '__vsnprintf_chk'], ['error libc __vsnprintf_chk (lib/libmid.so)']],
  ])('loads a library for glibc that wants %j with the gaps %j', (undefinedSymbols, expected) => {
    const app = elf({ interpreter: muslLoader, needed: ['libmid.so'] })
    const files = { ...alpine, app, 'lib/libmid.so': elf({ needed: ['libc.so.6'], undefinedSymbols }) }
    expect(gapsIn(files, start)).toEqual(expected)
  })
})

describe('a program on nothing', () => {
  it('has no loader, unless it is static', () => {
    expect(gapsIn({ app: glibcProgram() }, start)).toEqual([`error interpreter ${glibcLoader} (app)`])
    expect(gapsIn({ app: elf({}) }, start)).toEqual([])
  })

  it.each([
    ['\xff Go buildinf:', 'CGO_ENABLED=0'],
    ['/rustc/1234/library/std', 'crt-static'],
    ['', '-static'],
  ])('is told how it becomes static: %j', (text, hint) => {
    const app = elf({ interpreter: glibcLoader, text })
    expect(closureIn({ app }, start).gaps[0]?.hint).toContain(hint)
  })
})
