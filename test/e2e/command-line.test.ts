import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const program = join(import.meta.dirname, '../../dist/cli/main.js')
const slipway = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } })

let work: string
let events: string
beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/cli/main.js is missing: node tools/bundle.mjs')
  work = mkdtempSync(join(tmpdir(), 'slipway-cli-'))
  events = join(work, 'events.jsonl')
  const vertex = `sha256:${'a'.repeat(64)}`
  const record = [
    { type: 'vertex.started', time: 0, vertex, name: '[1/1] RUN sleep', inputs: [] },
    { type: 'vertex.log', time: 10, vertex, stream: 'stdout', data: 'one\n' },
    { type: 'vertex.finished', time: 60_000, vertex, outcome: 'built' },
  ]
  writeFileSync(events, record.map((event) => `${JSON.stringify(event)}\n`).join(''))
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('slipway', () => {
  test('prints its version in one line', () => {
    const result = slipway('--version')
    expect([result.status, result.stderr]).toEqual([0, ''])
    expect(result.stdout).toMatch(/^slipway \d+\.\d+\.\d+\n$/)
  })

  test('starts with the command table and the parser and nothing heavier', () => {
    const main = readFileSync(program, 'utf8')
    const start = /import\("(\.[^"]+)"\)/.exec(main)?.[1] ?? ''
    const loaded = loadedBy(join(dirname(program), start))
    const bytes = [...loaded].reduce((sum, file) => sum + statSync(file).size, 0)
    expect(loaded.size).toBeGreaterThan(1)
    // 30 kB today; undici alone would add 400.
    expect(bytes).toBeLessThan(60_000)
  })

  test('ends with 2 and a hint when the command line is wrong', () => {
    const result = slipway('build', '--tga', 'x', '.')
    expect([result.status, result.stdout]).toEqual([2, ''])
    expect(result.stderr).toBe('ERROR: there is no flag --tga for slipway build [usage]\n  hint: did you mean --tag?\n')
  })

  test('says nothing when the reader goes away', () => {
    const pipe = `"${process.execPath}" "${program}" help build | head -c 1; echo "\${PIPESTATUS[0]}"`
    const result = spawnSync('bash', ['-c', pipe], { encoding: 'utf8' })
    expect([result.stdout, result.stderr]).toEqual(['U0\n', ''])
  })

  test('shows a recorded build on standard error', () => {
    const result = slipway('replay', '--progress', 'plain', events)
    expect([result.status, result.stdout]).toEqual([0, ''])
    expect(result.stderr).toBe('#1 [1/1] RUN sleep\n#1 0.010 one\n#1 DONE 60.0s\n')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s with %d and gives the cursor back', async (signal, code) => {
    const result = await stopped(signal)
    expect(result.code).toBe(code)
    expect(result.output).toContain('\u001b[?25l')
    expect(result.output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(result.output.lastIndexOf('\u001b[?25l'))
    expect(result.output).toContain('[cancelled]')
  })
})

/** The file and what it imports at once; `import()` is left for later. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
    loadedBy(join(dirname(file), target), seen)
  return seen
}

function stopped(signal: 'SIGINT' | 'SIGTERM'): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [program, 'replay', '--speed', '1', '--progress', 'tty', events], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  let sent = false
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString()
    if (!sent && output.includes('RUN sleep')) {
      sent = true
      child.kill(signal)
    }
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}
