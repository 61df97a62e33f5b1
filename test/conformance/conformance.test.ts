import path from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { withoutBusybox } from '../kit/busybox.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'
import { slipwayBuilder } from './builders.ts'
import { caseNames, expectationFile, readCase, readExpectation } from './case-folder.ts'
import { lineDiff } from './line-diff.ts'
import { runCase } from './run-case.ts'

const casesFolder = path.join(import.meta.dirname, 'cases')
const obstacle = withoutBusybox() ?? (process.getuid?.() === 0 ? undefined : 'owners of files need root')
if (obstacle !== undefined) console.warn(`conformance: skipped, ${obstacle}`)

let bench: Workbench
beforeAll(async () => {
  if (obstacle === undefined) bench = await openWorkbench('conformance')
})
afterAll(() => bench?.remove())

// Two at a time: a build waits for its own processes for much of its time.
describe.skipIf(obstacle !== undefined).concurrent('as BuildKit does:', () => {
  test.each(caseNames(casesFolder))('%s', async (name) => {
    const one = readCase(casesFolder, name)
    const expectation = readExpectation(one)
    if (expectation === undefined) throw new Error(`${name} has no expectation: record it`)
    const result = await runCase(one, slipwayBuilder(bench), bench)
    if (result.text === expectation.text) return
    // The differing lines alone: an image has too many for the whole to be read.
    throw new Error(
      `${name} is not as ${expectationFile[expectation.kind]} says:\n${lineDiff(expectation.text, result.text)}\n${result.outcome.said}`,
    )
  })
})
