import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../../core/index.ts'
import { asAttest, parseAttest } from './attest-options.ts'

const file = { filename: 'provenance.json', inlineOnly: false }
const max = { mode: 'max', reproducible: false, ...file }

describe('parseAttest', () => {
  test.each([
    [[], undefined],
    [['type=provenance'], { provenance: max, notes: [] }],
    [['type=provenance,mode=min'], { provenance: { ...max, mode: 'min' }, notes: [] }],
    [['type=provenance,mode=full'], { provenance: max, notes: [] }],
    [['type=provenance,disabled=true'], undefined],
    [['type=blame'], { blame: { ...file, filename: 'blame.json' }, notes: [] }],
    [['type=provenance,disabled=true', 'type=sbom'], { sbom: { ...file, filename: 'sbom.spdx.json' }, notes: [] }],
    [
      ['type=provenance,mode=max,builder-id=https://ci/1,reproducible=true,inline-only=1,filename=p.json'],
      {
        provenance: { ...max, builderId: 'https://ci/1', reproducible: true, inlineOnly: true, filename: 'p.json' },
        notes: [],
      },
    ],
  ])('reads %j', (texts, options) => {
    expect(parseAttest(texts)).toEqual(options)
  })

  test('says that another generator is not run', () => {
    expect(parseAttest(['type=sbom,generator=docker/scout-sbom-indexer'])?.notes).toEqual([
      expect.stringContaining('docker/scout-sbom-indexer is not run'),
    ])
  })

  test.each([
    [['mode=min'], 'the type is missing'],
    [['type=sbm'], 'there is no type sbm'],
    [['type=blame,mode=max'], 'type=blame has no option mode'],
    [['type=sbom,mode=max'], 'type=sbom has no option mode'],
    [['type=provenance,mode=most'], 'mode is min or max, not most'],
    [['type=provenance,version=v0.2'], 'SLSA provenance v0.2 is not written'],
    [['type=provenance,reproducible=maybe'], 'reproducible is true or false, not maybe'],
    [['type=sbom,disabled=maybe'], 'disabled is true or false, not maybe'],
    [['type=provenance,filename=../x'], '"../x" is not the name of a file'],
    [['type=provenance,mode'], '"mode" is not KEY=VALUE'],
    [['type=sbom,"'], 'a quotation mark is not closed'],
    [['type=sbom', 'type=sbom'], 'there are two of type=sbom'],
  ])('refuses %j: %s', (texts, message) => {
    expect(() => parseAttest(texts)).toThrow(
      expect.objectContaining({ code: 'bad-option-value', message: expect.stringContaining(message) }) as SlipwayError,
    )
  })
})

describe('asAttest', () => {
  test.each([
    ['true', 'type=sbom'],
    ['1', 'type=sbom'],
    ['false', 'type=sbom,disabled=true'],
    ['generator=x', 'type=sbom,generator=x'],
  ])('takes --sbom=%s for --attest %s', (text, attest) => {
    expect(asAttest('sbom', text)).toBe(attest)
  })
})
