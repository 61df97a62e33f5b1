import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../core/index.ts'
import { ruleTable } from '../../report/index.ts'
import { ruleCatalogue, rulesNamed } from './rule-catalogue.ts'
import { explainRule } from './rule-page.ts'

const docs = join(import.meta.dirname, '../../../docs')
const page = join(docs, 'rules/README.md')
const catalogue = ruleCatalogue()

describe('the catalogue of rules', () => {
  it('is the table in docs/rules; UPDATE=1 writes it', () => {
    const current = readFileSync(page, 'utf8').replace(
      /(<!-- table -->\n)[\s\S]*?(\n<!-- \/table -->)/,
      (_, start: string, end: string) => start + ruleTable(catalogue).join('\n') + end,
    )
    if (process.env['UPDATE'] === '1') writeFileSync(page, current)
    expect(readFileSync(page, 'utf8')).toBe(current)
    expect(current).toContain('| [WorkdirRelativePath](WorkdirRelativePath.md) |')
  })

  it('has each rule once, in order, and names checks of BuildKit or codes of errors that there are', () => {
    const ids = catalogue.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const origin of ['slipway', 'buildkit', 'parser']) {
      const own = catalogue.filter((entry) => entry.origin === origin).map(({ id }) => id)
      expect(own).toEqual([...own].sort())
    }
    const others = new Set([...ids, ...Object.keys(errorCodes)])
    expect(catalogue.flatMap(({ peers }) => peers.buildkit ?? []).filter((name) => !others.has(name))).toEqual([])
  })

  it.each(catalogue.filter(({ origin }) => origin !== 'parser').map(({ id }) => id))('has a page on %s', (id) => {
    expect(existsSync(join(docs, 'rules', `${id}.md`))).toBe(true)
    expect(explainRule(id)[0]?.page).toMatch(new RegExp(`^# ${id}\n`))
  })

  it('knows rules by what others call them', () => {
    const ids = (name: string) => rulesNamed(catalogue, name).map(({ id }) => id)
    for (const name of ['DS-0009', 'ds009', 'AVD-DS-0009', 'dl3000', 'workdirrelativepath']) {
      expect(ids(name), name).toContain('WorkdirRelativePath')
    }
    expect(ids('DL30')).toEqual([])
  })
})

describe('an explanation', () => {
  it('is that of the error for what keeps a file from being read', () => {
    expect(explainRule('syntax')[0]?.page).toMatch(/^# dockerfile-syntax\n/)
    expect(explainRule('unused-ignore')[0]).toMatchObject({ entry: { severity: 'info' } })
  })

  it('offers the name that comes near', () => {
    const near = expect.objectContaining({ message: 'there is no rule DL300', hint: expect.stringContaining('DL300') })
    expect(() => explainRule('DL300')).toThrow(near)
  })
})
