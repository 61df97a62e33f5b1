import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { behaviourPage } from './behaviour-page.ts'
import { caseNames, expectationFile, readCase } from './case-folder.ts'
import { rows } from './rows.ts'

const repository = path.join(import.meta.dirname, '../..')
const casesFolder = path.join(import.meta.dirname, 'cases')
const cases = caseNames(casesFolder).map((name) => readCase(casesFolder, name))

describe('the rows of behaviour', () => {
  test('have different ids', () => {
    const ids = rows.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('each have a case, or a test file that exists', () => {
    const covered = new Set(cases.flatMap(({ spec }) => spec.rows))
    const missing = rows.filter(({ id, test: file }) =>
      file === undefined ? !covered.has(id) : !existsSync(path.join(repository, file)),
    )
    expect(missing.map(({ id }) => id)).toEqual([])
  })

  test('are described with their cases in docs/concepts; UPDATE=1 writes the page', () => {
    const file = path.join(repository, 'docs/concepts/dockerfile-behaviour.md')
    if (process.env.UPDATE === '1') writeFileSync(file, behaviourPage(cases))
    expect(readFileSync(file, 'utf8')).toBe(behaviourPage(cases))
  })
})

describe('the cases', () => {
  test('belong to rows that exist, each to one at least', () => {
    const ids = new Set(rows.map(({ id }) => id))
    const lost = cases.filter(({ spec }) => spec.rows.length === 0 || !spec.rows.every((id) => ids.has(id)))
    expect(lost.map(({ name, spec }) => `${name}: ${spec.rows.join(' ')}`)).toEqual([])
  })

  test('have one expectation each', () => {
    const ways = Object.values(expectationFile)
    const others = cases.filter(({ folder }) => ways.filter((file) => existsSync(path.join(folder, file))).length !== 1)
    expect(others.map(({ name }) => name)).toEqual([])
  })

  test('name a decision that exists where Slipway differs on purpose', () => {
    const decisions = readdirSync(path.join(repository, 'docs/adr'))
    const unfounded = cases.filter(({ spec: { differs } }) => {
      const number = /\bADR (\d+)/.exec(differs ?? '')?.[1] ?? ''
      return differs !== undefined && !decisions.some((file) => file.startsWith(`${number.padStart(4, '0')}-`))
    })
    expect(unfounded.map(({ name }) => name)).toEqual([])
  })

  test('give no name to two bases: they share one store', () => {
    const names = cases.flatMap(({ spec }) => Object.keys(spec.bases ?? {}))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})
