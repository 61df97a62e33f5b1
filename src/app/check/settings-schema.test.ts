import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toJsonSchema } from '@valibot/to-json-schema'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { settingsSchema } from './settings-schema.ts'

const place = join(import.meta.dirname, '../../../docs/schemas/slipway.schema.json')

function schemaText(): string {
  const schema = { title: 'slipway.yaml', ...toJsonSchema(settingsSchema, { typeMode: 'input' }) }
  return `${JSON.stringify(schema, null, 2)}\n`
}

describe('the published schema of slipway.yaml', () => {
  it('is current; UPDATE=1 writes it', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(place, schemaText())
    expect(readFileSync(place, 'utf8')).toBe(schemaText())
  })

  it.each([
    ['all settings', { check: { profile: 'size', failOn: 'never', level: 'static', rules: { a: 'off' } } }, true],
    ['an ignore', { check: { ignore: [{ rule: 'a', reason: 'b', path: 'c', expires: '2027-01-01' }] } }, true],
    ['an ignore without a reason', { check: { ignore: [{ rule: 'a' }] } }, false],
    ['an unknown setting', { check: { failon: 'never' } }, false],
    ['an unknown severity', { check: { rules: { a: 'fatal' } } }, false],
    ['budgets', { budgets: { disk: '200MB', growth: { disk: '+5 %' }, reference: 'a', warn: { layers: 3 } } }, true],
    ['a size without a unit', { budgets: { disk: '200' } }, false],
    ['nothing', {}, true],
  ])('judges %s', (_, settings, valid) => {
    const ajv = new Ajv({ formats: { date: /^\d{4}-\d\d-\d\d$/ } })
    expect(ajv.validate(JSON.parse(readFileSync(place, 'utf8')), settings)).toBe(valid)
  })
})
