import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elfProgram } from '../../test/kit/elf-program.ts'
import { readDynamic, readDynamicSymbols } from './index.ts'

const reader =
  (file: Uint8Array) =>
  ({ offset, length }: { offset: number; length: number }) =>
    file.subarray(offset, offset + length)

describe('readDynamic', () => {
  it('reads names, paths and versions', () => {
    const file = elfProgram({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['libpq.so.5', 'libc.so.6'],
      soname: 'libapp.so.1',
      rpath: '/opt/a:$ORIGIN/lib',
      runpath: '$ORIGIN',
      wants: { 'libpq.so.5': ['PQ_1'], 'libc.so.6': ['GLIBC_2.34', 'GLIBC_2.99?'] },
      offers: ['APP_1', 'APP_2'],
    })
    expect(readDynamic(reader(file))).toEqual({
      needed: ['libpq.so.5', 'libc.so.6'],
      soname: 'libapp.so.1',
      rpath: '/opt/a:$ORIGIN/lib',
      runpath: '$ORIGIN',
      wants: [
        { library: 'libpq.so.5', version: 'PQ_1', isWeak: false },
        { library: 'libc.so.6', version: 'GLIBC_2.34', isWeak: false },
        { library: 'libc.so.6', version: 'GLIBC_2.99', isWeak: true },
      ],
      offers: ['APP_1', 'APP_2'],
      isProgram: false,
    })
  })

  it('reads what this very Node needs', () => {
    const found = readDynamic(reader(readFileSync(process.execPath)))
    expect(found?.needed.some((name) => name.startsWith('libc.'))).toBe(true)
    expect(found?.wants.every(({ library, version }) => library !== '' && version !== '')).toBe(true)
  })

  it.each(['', 'text', '\x7fELF', '#!/bin/sh\n'])('finds nothing in %j', (text) => {
    expect(readDynamic(reader(Buffer.from(text, 'latin1')))).toBeUndefined()
  })

  it('survives every damage', () => {
    const file = elfProgram({ needed: ['libc.so.6'], wants: { 'libc.so.6': ['GLIBC_2.34'] }, offers: ['A_1'] })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(),
        (bytes, cut) => {
          const broken = Buffer.from(file)
          for (const [at, value] of bytes) broken[at] = value
          const read = reader(broken.subarray(0, (cut % file.length) + 1))
          readDynamic(read)
          readDynamicSymbols(read)
        },
      ),
    )
  })
})

describe('readDynamicSymbols', () => {
  it('tells what is wanted from what is offered', () => {
    const file = elfProgram({ undefinedSymbols: ['__vsnprintf_chk', 'puts'], definedSymbols: ['greet'] })
    const found = readDynamicSymbols(reader(file))
    expect(found?.wanted).toEqual(['__vsnprintf_chk', 'puts'])
    expect([...(found?.offered ?? [])]).toEqual(['greet'])
  })
})
