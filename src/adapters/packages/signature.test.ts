import { describe, expect, it } from 'vitest'
import { gnupgAccepts, splitClearsigned } from './signature.ts'

const status = (...lines: string[]): string => lines.map((line) => `[GNUPG:] ${line}\n`).join('')
const good = ['NEWSIG', 'GOODSIG AA owner', 'VALIDSIG AAAA']

describe('gnupgAccepts', () => {
  it('accepts one good signature among signatures by unknown keys', () => {
    expect(gnupgAccepts(status('NEWSIG', 'ERRSIG BB 1', 'NO_PUBKEY BB', ...good))).toBe(true)
  })

  it.each(['EXPSIG', 'EXPKEYSIG', 'REVKEYSIG'])('does not count a valid signature that is %s', (kind) => {
    expect(gnupgAccepts(status('NEWSIG', `${kind} AA owner`, 'VALIDSIG AAAA'))).toBe(false)
  })

  it('refuses everything when one signature is bad', () => {
    expect(gnupgAccepts(status(...good, 'NEWSIG', 'BADSIG BB owner'))).toBe(false)
  })

  it('refuses an empty answer and text that only looks like a status', () => {
    expect(gnupgAccepts('')).toBe(false)
    expect(gnupgAccepts('gpgv: GOODSIG\ngpgv: VALIDSIG\n')).toBe(false)
  })
})

describe('splitClearsigned', () => {
  const head = '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n'
  const tail = '\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n'

  it('removes dash escapes and blanks at ends of lines, as the signature does', () => {
    const { text, signature } = splitClearsigned(`${head}a \t\n- -----x${tail}`, 'InRelease')
    expect(text).toBe('a\n-----x')
    expect(signature).toBe(tail.slice(1))
  })

  it.each([
    ['text before the message', `Suite: evil\n${head}a${tail}`],
    ['text behind the signature', `${head}a${tail}Suite: evil\n`],
    ['a second message', `${head}a${tail}${head}b${tail}`],
    ['a header other than Hash', `-----BEGIN PGP SIGNED MESSAGE-----\nSuite: evil\n\na${tail}`],
    ['no signature', `${head}a\n`],
  ])('refuses %s', (_, message) => {
    expect(() => splitClearsigned(message, 'InRelease')).toThrow('InRelease is not a signed index')
  })
})
