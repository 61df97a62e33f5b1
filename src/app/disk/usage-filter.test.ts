import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../../core/index.ts'
import { parseUsageFilters } from './usage-filter.ts'
import type { UsageUnit } from './usage-unit.ts'

const unit = (facts: Partial<UsageUnit>): UsageUnit => ({
  id: 'abcdef',
  type: 'regular',
  description: '[build 2/3] RUN npm ci',
  paths: [],
  steps: [],
  inUse: false,
  mutable: false,
  created: 0,
  used: 0,
  ...facts,
})

describe('a filter', () => {
  const [plain, mount, shared] = [
    unit({}),
    unit({ id: '1234', type: 'exec.cachemount', mutable: true, inUse: true, description: 'cache mount npm' }),
    unit({ id: 'ab99', neededBy: 'named' }),
  ]
  const names = new Map([
    [plain, 'plain'],
    [mount, 'mount'],
    [shared, 'shared'],
  ])
  const passing = (...texts: string[]) =>
    [plain, mount, shared].filter((one) => parseUsageFilters(texts).matches(one)).map((one) => names.get(one))

  test.each([
    [['type=exec.cachemount'], ['mount']],
    [['type==exec.cachemount'], ['mount']],
    [['type!=exec.cachemount'], ['plain', 'shared']],
    [['type~=^exec'], ['mount']],
    [['inuse'], ['mount']],
    [['inuse=true'], ['mount']],
    [['inuse=0'], ['plain', 'shared']],
    [['shared'], ['shared']],
    [['shared=false', 'immutable'], ['plain']],
    [['private'], ['plain', 'mount']],
    [['mutable'], ['mount']],
    [['id=ab'], ['plain', 'shared']],
    [['id=sha256:abc'], ['plain']],
    [['description~=npm (ci|install)'], ['plain', 'shared']],
    [['description=cache mount npm'], ['mount']],
    [[''], ['plain', 'mount', 'shared']],
  ])('%j lets %j pass', (texts, wanted) => expect(passing(...texts)).toEqual(wanted))

  test.each([
    ['until=24h', 86_400_000],
    ['unused-for=1h30m', 5_400_000],
    ['until=90s', 90_000],
    ['until=0', 0],
  ])('%s is %d milliseconds', (text, wanted) => expect(parseUsageFilters([text]).unusedFor).toBe(wanted))

  test.each([
    [['tpye=regular'], /there is no filter "tpye"/, /did you mean type/],
    [['type=layer'], /there is no type "layer"/, /exec\.cachemount/],
    [['until=yesterday'], /is no duration/, /24h/],
    [['until=24'], /is no duration/, undefined],
    [['until=1h', 'unused-for=2h'], /twice/, undefined],
    [['type=regular', 'type=internal'], /twice/, undefined],
    [['inuse=maybe'], /true or false/, undefined],
    [['id~=('], /no regular expression/, undefined],
    [['description'], /needs a value/, undefined],
  ])('%j is refused', (texts, message, hint) => {
    const error = (() => {
      try {
        parseUsageFilters(texts)
      } catch (thrown) {
        return thrown as SlipwayError
      }
    })()
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
    if (hint !== undefined) expect(error?.hint).toMatch(hint)
  })
})
