// Writes the expectations of cases from what BuildKit does; see README.md beside this file.
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openWorkbench } from '../kit/workbench.ts'
import { type Builder, referenceBuilder, referencePlace, slipwayBuilder } from './builders.ts'
import { type Case, caseNames, expectationFile, type Expectation, readCase, readExpectation } from './case-folder.ts'
import { lineDiff } from './line-diff.ts'
import { type CaseResult, runCase } from './run-case.ts'

// Two folders up is the repository, both for this file and for what tools/run-ts.mjs makes of it.
const casesFolder = path.resolve(import.meta.dirname, '../../test/conformance/cases')

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const filter = new RegExp(args[args.indexOf('--filter') + 1] ?? '')
  const onlyNew = args.includes('--new')
  const check = args.includes('--check')
  const place = referencePlace()
  if (typeof place === 'string') {
    console.error(`cannot record: ${place}`)
    return 2
  }
  const bench = await openWorkbench('record')
  try {
    const builders = { reference: await referenceBuilder(bench, place), slipway: slipwayBuilder(bench) }
    const cases = caseNames(casesFolder)
      .filter((name) => !args.includes('--filter') || filter.test(name))
      .map((name) => readCase(casesFolder, name))
      .filter((one) => !onlyNew || readExpectation(one) === undefined)
    let disagreements = 0
    const record = async (one: Case): Promise<void> => {
      const complaint = await recordCase(one, builders, { check, bench }).catch((error: unknown) => String(error))
      if (complaint === undefined) console.log(`ok       ${one.name}`)
      else console.log(`PROBLEM  ${one.name}\n${complaint.replace(/^/gm, '    ')}`)
      if (complaint !== undefined) disagreements += 1
    }
    const queue = cases.values()
    const worker = async (): Promise<void> => {
      for (const one of queue) await record(one)
    }
    await Promise.all([worker(), worker()])
    console.log(`${cases.length} cases, ${disagreements} with a problem`)
    return disagreements === 0 ? 0 : 1
  } finally {
    bench.remove()
  }
}

interface Builders {
  readonly reference: Builder
  readonly slipway: Builder
}

/** Writes what the case expects, and says what is wrong with it: that Slipway does otherwise, or a claim that is not so. */
async function recordCase(
  one: Case,
  { reference, slipway }: Builders,
  { check, bench }: { readonly check: boolean; readonly bench: Awaited<ReturnType<typeof openWorkbench>> },
): Promise<string | undefined> {
  const theirs = await runCase(one, reference, bench)
  const ours = await runCase(one, slipway, bench)
  const own = one.spec.differs ?? one.spec.needs
  const expectation = own === undefined && theirs.kind === 'image' ? theirs : ours
  if (own === undefined && theirs.kind !== ours.kind) return opposed(theirs, ours)
  const before = readExpectation(one)
  if (!check) write(one, expectation)
  else if (before?.text !== expectation.text)
    return `the expectation is another one now:\n${lineDiff(before?.text ?? '', expectation.text)}`
  if (own !== undefined && theirs.kind === ours.kind && (ours.kind === 'failure' || ours.text === theirs.text))
    return 'Slipway is said to differ, and does not'
  if (theirs.kind === 'failure') console.log(`${one.name}: the reference says ${lastError(theirs.outcome.said)}`)
  return expectation.text === ours.text ? undefined : `Slipway differs:\n${lineDiff(expectation.text, ours.text)}`
}

function opposed(theirs: CaseResult, ours: CaseResult): string {
  return theirs.kind === 'failure'
    ? `the reference fails, Slipway does not: ${theirs.outcome.said}\n${ours.text}`
    : `Slipway fails, the reference does not:\n${ours.outcome.said}\n${theirs.text}`
}

function write(one: Case, { kind, text }: Expectation): void {
  const other = kind === 'image' ? 'failure' : 'image'
  rmSync(path.join(one.folder, expectationFile[other]), { force: true })
  writeFileSync(path.join(one.folder, expectationFile[kind]), text)
}

function lastError(said: string): string {
  return said.split('\n').findLast((line) => line.startsWith('ERROR')) ?? said.trim().slice(-300)
}
