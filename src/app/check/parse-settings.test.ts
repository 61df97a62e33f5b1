import { describe, expect, it } from 'vitest'
import { formatLocation, SlipwayError } from '../../core/index.ts'
import { parseSettings } from './parse-settings.ts'

function problem(text: string): string {
  try {
    parseSettings({ path: 'slipway.yaml', text })
    return 'none'
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error
    const [at] = error.at
    expect(error.code).toBe('config-invalid')
    const marked = at === undefined ? '' : at.source.text.slice(at.span.start, at.span.end)
    return `${at === undefined ? '' : formatLocation(at)} ${marked}: ${error.message}`
  }
}

describe('settings', () => {
  it('are read, also when there are none', () => {
    const text = [
      '# about this file',
      'check:',
      '  profile: security',
      '  failOn: error',
      '  rules: { root-user: off, floating-base-tag: info }',
      '  ignore:',
      '    - { rule: DL3008, path: "legacy/**", reason: frozen, expires: 2027-01-31 }',
    ].join('\n')
    const { check, placeOf } = parseSettings({ path: 'slipway.yaml', text })
    expect(check).toEqual({
      profile: 'security',
      failOn: 'error',
      rules: { 'root-user': 'off', 'floating-base-tag': 'info' },
      ignore: [{ rule: 'DL3008', path: 'legacy/**', reason: 'frozen', expires: '2027-01-31' }],
    })
    expect(formatLocation(placeOf(['check', 'rules', 'root-user']))).toBe('slipway.yaml:5:23')
    for (const empty of ['', '# nothing\n', '{}', 'check:\n']) {
      expect(parseSettings({ path: 'slipway.yaml', text: empty }).check).toEqual({})
    }
  })

  it.each([
    ['check:\n  failon: error\n', 'slipway.yaml:2:3 failon: there is no setting check.failon'],
    ['checks: {}\n', 'slipway.yaml:1:1 checks: there is no setting checks'],
    [
      'check:\n  failOn: fatal\n',
      'slipway.yaml:2:11 fatal: check.failOn is "fatal", not one of error, warning, info, never',
    ],
    [
      'check:\n  rules:\n    root-user: 3\n',
      'slipway.yaml:3:16 3: check.rules.root-user is 3, not one of off, info, warning, error',
    ],
    ['check:\n  ignore:\n    - rule: a\n', 'slipway.yaml:3:7 rule: a: check.ignore.0.reason is missing'],
    ['check:\n  ignore: all\n', 'slipway.yaml:2:11 all: check.ignore is "all", not a list'],
    [
      'check:\n  ignore:\n    - { rule: a, reason: b, expires: soon }\n',
      'slipway.yaml:3:38 soon: check.ignore.0.expires is no date: soon',
    ],
    ['- check\n', 'slipway.yaml:1:1 : the file is a list, not a group of settings'],
    [
      'check: [\n',
      'slipway.yaml:2:1 : Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['budgets:\n  disk: 200\n', 'slipway.yaml:2:9 200: budgets.disk is 200, not a size such as 200MB or 1.5GiB'],
    ['budgets:\n  disk: big\n', 'slipway.yaml:2:9 big: budgets.disk is "big", not a size such as 200MB or 1.5GiB'],
    ['budgets:\n  layers: 2.5\n', 'slipway.yaml:2:11 2.5: budgets.layers is 2.5, not a whole number from 0 up'],
    ['budgets:\n  efficiency: 95\n', 'slipway.yaml:2:15 95: budgets.efficiency is 95, not a number from 0 to 1'],
    ['budgets:\n  user: root\n', 'slipway.yaml:2:9 root: budgets.user is "root", not non-root'],
    [
      'budgets:\n  warn:\n    severities: { hihg: 1 }\n',
      'slipway.yaml:3:19 hihg: there is no setting budgets.warn.severities.hihg',
    ],
    [
      'budgets:\n  reference: app\n  growth: { disk: 5 }\n',
      'slipway.yaml:3:19 5: budgets.growth.disk is 5, not a share such as +5 %',
    ],
    [
      'budgets:\n  growth: { disk: +5 % }\n',
      'slipway.yaml:2:11 { disk: +5 % }: budgets.growth has no image to compare with',
    ],
    [
      'budgets:\n  warn: { reference: app }\n',
      'slipway.yaml:2:11 reference: there is no setting budgets.warn.reference',
    ],
  ])('are refused with their place: %j', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  it('have budgets with their units, as those that fail and those that warn', () => {
    const text = [
      'budgets:',
      '  disk: 200MB',
      '  transfer: 1.5 GiB',
      '  wasted: 0B',
      '  user: non-root',
      '  severities: { critical: 0 }',
      '  reference: app:1',
      '  growth: { disk: +5 %, packages: 2.5% }',
      '  warn: { disk: 150MB, shell: absent }',
    ].join('\n')
    expect(parseSettings({ path: 'slipway.yaml', text }).budgets).toEqual({
      fail: {
        disk: 200e6,
        transfer: 1.5 * 2 ** 30,
        wasted: 0,
        user: 'non-root',
        severities: { critical: 0 },
        growth: { disk: 5, packages: 2.5 },
      },
      warn: { disk: 150e6, shell: 'absent' },
      reference: 'app:1',
    })
    expect(parseSettings({ path: 'slipway.yaml', text: '' }).budgets).toBeUndefined()
  })

  it('help with names that come near', () => {
    const parse = () => parseSettings({ path: 'slipway.yaml', text: 'check:\n  failon: error\n' })
    expect(parse).toThrow(expect.objectContaining({ hint: 'did you mean failOn?' }))
  })
})
