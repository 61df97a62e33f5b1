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
  ])('are refused with their place: %j', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  it('help with names that come near', () => {
    const parse = () => parseSettings({ path: 'slipway.yaml', text: 'check:\n  failon: error\n' })
    expect(parse).toThrow(expect.objectContaining({ hint: 'did you mean failOn?' }))
  })
})
