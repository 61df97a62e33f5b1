#!/usr/bin/env node
// Everything that must hold: types, lint, format, bundle, unit tests, end-to-end tests. Runs all of them even when one
// fails, and says how long each took and which test files were slowest. The last line is `N passed, N failed, N skipped`; a check that is no test counts as one.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensurePackages, requireNode } from './setup.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const bin = (name) => join(root, 'node_modules', '.bin', name)
const folders = ['src', 'test', 'tools', 'bench'].filter((name) => existsSync(join(root, name)))

requireNode()
ensurePackages()

const work = mkdtempSync(join(tmpdir(), 'slipway-check-'))
const total = { passed: 0, failed: 0, skipped: 0 }
const durations = []
const testFiles = []
const failures = []

check('types', [bin('tsc'), '--noEmit'])
check('lint', [bin('oxlint'), '--deny-warnings', ...folders])
check('format', [bin('biome'), 'format', ...folders])
check('bundle', [process.execPath, 'tools/bundle.mjs'])
tests('unit')
if (hasTests('test/e2e') || hasTests('test/conformance')) tests('e2e')

rmSync(work, { recursive: true, force: true })
console.log(`\nchecked in ${seconds(durations.reduce((sum, { time }) => sum + time, 0))}:`)
for (const { name, time, good } of durations)
  console.log(`  ${seconds(time).padStart(9)}  ${name}${good ? '' : ' (failed)'}`)
console.log('slowest test files:')
for (const { name, time } of testFiles.sort((a, b) => b.time - a.time).slice(0, 10)) {
  console.log(`  ${seconds(time).padStart(9)}  ${name}`)
}
if (failures.length > 0) console.log(`failed tests:\n  ${failures.join('\n  ')}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

function check(name, command) {
  const good = run(name, command)
  total[good ? 'passed' : 'failed'] += 1
}

function tests(project) {
  const file = join(work, `${project}.json`)
  const good = run(project, [
    bin('vitest'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const result = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  for (const { name, startTime, endTime, assertionResults } of result.testResults) {
    const file = relative(root, name)
    testFiles.push({ name: file, time: endTime - startTime })
    for (const { status, fullName } of assertionResults) if (status === 'failed') failures.push(`${file}: ${fullName}`)
  }
  total.passed += result.numPassedTests
  total.skipped += result.numPendingTests + result.numTodoTests
  // A run can fail without a failing test: a file that does not load, an error outside of tests, a crash.
  total.failed += good ? result.numFailedTests : Math.max(1, result.numFailedTests)
}

function run(name, [program, ...args]) {
  const start = performance.now()
  console.log(`\n--- ${name}`)
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  const good = result.status === 0
  const time = performance.now() - start
  durations.push({ name, time, good })
  const end = good ? 'ok' : `failed (${result.signal ?? result.status ?? result.error?.message})`
  console.log(`--- ${name}: ${end}, ${seconds(time)}`)
  return good
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

function hasTests(folder) {
  return (
    existsSync(join(root, folder)) &&
    readdirSync(join(root, folder), { recursive: true }).some((name) => String(name).endsWith('.test.ts'))
  )
}
