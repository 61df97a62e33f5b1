import { describe, expect, it } from 'vitest'
import { parseStanza, parseStanzas } from './deb822.ts'

describe('parseStanzas', () => {
  it('separates paragraphs at empty lines and lines of blanks', () => {
    const stanzas = parseStanzas('A: 1\n\nA: 2\n \t\n\n\nA: 3\n')
    expect(stanzas.map((stanza) => stanza.get('a'))).toEqual(['1', '2', '3'])
  })

  it('has no paragraph for an empty text', () => {
    expect(parseStanzas('\n\n')).toEqual([])
  })
})

describe('parseStanza', () => {
  it('reads names without case and keeps colons in values', () => {
    expect(parseStanza('PACKAGE:  a\nHomepage: https://x.example/').get('package')).toBe('a')
    expect(parseStanza('Homepage: https://x.example/').get('homepage')).toBe('https://x.example/')
  })

  it('joins continuation lines and skips comments between them', () => {
    expect(parseStanza('Description: short\n long\n# comment\n .\n\ttab').get('description')).toBe(
      'short\nlong\n.\ntab',
    )
  })

  it('does not add lines after nonsense to the field before it', () => {
    expect(parseStanza('A: 1\nnonsense\n more').get('a')).toBe('1')
  })
})
