import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
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

  test('starts without clients, codecs and processes', () => {
    const probe = join(work, 'probe.cjs')
    writeFileSync(probe, "process.on('exit', () => console.error(process.moduleLoadList.join()))")
    const { stdout, stderr } = spawnSync(process.execPath, ['-r', probe, program, '--version'], { encoding: 'utf8' })
    expect(stdout).toMatch(/^slipway /)
    const loaded = stderr.split(',')
    // What the program is started with.
    expect(loaded).toContain('NativeModule vm')
    const heavy = ['http', 'https', 'tls', 'zlib', 'child_process', 'worker_threads'].map(
      (name) => `NativeModule ${name}`,
    )
    expect(loaded.filter((name) => heavy.includes(name))).toEqual([])
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
describe('the code that V8 keeps beside the program', () => {
  const start = (copy: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(copy, 'main.js'), ...args], { encoding: 'utf8' })
  /** A copy of the program that has never been started. Other tests start the program while it is copied: what they keep beside it, finished or not, stays out. */
  const copied = (name: string): string => {
    const copy = join(work, name)
    cpSync(dirname(program), copy, { recursive: true, filter: (file) => !/\.cache/.test(basename(file)) })
    return copy
  }
  const caches = (copy: string): readonly string[] =>
    readdirSync(join(copy, 'programs')).filter((name) => !name.endsWith('.js'))

  test('is written by the first successful run of a command and read by the next', () => {
    const copy = copied('kept')
    expect([start(copy, 'nonsense').status, caches(copy)]).toEqual([2, []])
    expect(start(copy, 'version').status).toBe(0)
    const [cache = '', ...others] = caches(copy)
    expect([cache, others]).toEqual([expect.stringMatching(/^main-[0-9a-f]{16}-version-v.*\.cache$/), []])
    const file = join(copy, 'programs', cache)
    const { ino } = statSync(file)
    expect(start(copy, 'version').stdout).toMatch(/^slipway /)
    // What V8 refuses is written anew, as another file.
    expect(statSync(file).ino).toBe(ino)
    writeFileSync(file, readFileSync(file).subarray(0, 1000))
    expect(start(copy, 'version').stdout).toMatch(/^slipway /)
    expect(statSync(file).size).toBeGreaterThan(1000)
  })

  test('is not that of a command when its help was asked for', () => {
    const copy = copied('helped')
    expect(start(copy, 'build', '--help').status).toBe(0)
    expect(caches(copy)).toEqual([expect.stringMatching(/^build-program-[0-9a-f]{16}-help-v.*\.cache$/)])
  })

  test.each([
    ['main', 3],
    ['worker', 1],
    ['layer-thread', 1],
  ])('%s.js starts programs without import(), which such code cannot call', (name, count) => {
    const launcher = readFileSync(join(dirname(program), `${name}.js`), 'utf8')
    const files = new Set([...launcher.matchAll(/"([a-z-]+-[0-9a-f]{16}\.js)"/g)].map(([, file = '']) => file))
    expect(files.size).toBe(count)
    for (const file of files)
      expect(readFileSync(join(dirname(program), 'programs', file), 'utf8')).not.toMatch(/\bimport\(/)
  })

  // Only root can become somebody else.
  test.runIf(process.getuid?.() === 0)('is missing where the program cannot be written beside', () => {
    const copy = copied('foreign')
    chmodSync(work, 0o755)
    const child = spawnSync(process.execPath, [join(copy, 'main.js'), 'version'], { encoding: 'utf8', uid: 65_534 })
    expect([child.status, child.stderr, caches(copy)]).toEqual([0, '', []])
  })
})

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
