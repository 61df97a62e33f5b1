import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elfWithSymbols } from '../../test/kit/elf-with-symbols.ts'
import { symbolBytes } from './index.ts'

const of = (file: Uint8Array): number | undefined =>
  symbolBytes(({ offset, length }) => file.subarray(offset, offset + length))

describe('symbolBytes', () => {
  it('adds up the symbol table, its names and debug sections', () => {
    expect(of(elfWithSymbols({ symbols: 2400, names: 1000, debug: 500 }))).toBe(3900)
  })

  it('does not count what is loaded, nor the names of sections', () => {
    expect(of(elfWithSymbols({ symbols: 0, names: 0, debug: 0 }))).toBe(0)
  })

  it('reads the symbols of this very Node as readelf does', () => {
    const file = readFileSync(process.execPath)
    let text: string
    try {
      text = execFileSync('readelf', ['-SW', process.execPath], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    } catch {
      console.warn('readelf is not here: the numbers of a real program are not compared')
      return
    }
    const rows = [...text.matchAll(/\] (\.(?:symtab|strtab|debug\S*)) +\S+ +[\da-f]+ [\da-f]+ ([\da-f]+)/g)]
    expect(of(file)).toBe(rows.reduce((sum, [, , size = '0']) => sum + Number.parseInt(size, 16), 0))
  })

  it.each(['', 'text', '\x7fELF'])('finds nothing in %j', (text) => {
    expect(of(Buffer.from(text, 'latin1'))).toBeUndefined()
  })

  it('survives whatever follows the first bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 400 }), (rest) => {
        const found = of(Buffer.concat([Buffer.from('\x7fELF', 'latin1'), rest]))
        expect(found === undefined || found >= 0).toBe(true)
      }),
    )
  })
})
