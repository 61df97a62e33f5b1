import { PassThrough } from 'node:stream'
import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../core/index.ts'
import type { CommandContext } from './command.ts'
import { commandModules } from './command-modules.ts'
import { dispatch } from './dispatch.ts'
import { reportFailure } from './failure.ts'

function context(env: Record<string, string> = {}) {
  const seen = { out: '', err: '' }
  const stderr = Object.assign(new PassThrough(), { isTTY: false })
  stderr.on('data', (data: Buffer) => {
    seen.err += data.toString()
  })
  const value: CommandContext = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env,
    cwd: '/',
    signal: new AbortController().signal,
    takeSignals: () => () => {},
    write: async (text) => {
      seen.out += text.toString()
    },
    notice: (sentence) => {
      seen.err += `${sentence}\n`
    },
  }
  return { value, seen }
}

describe('dispatch', () => {
  test('prints results to standard output and returns 0', async () => {
    const { value, seen } = context()
    expect(await dispatch(['version', '--json'], value, commandModules)).toBe(0)
    expect(JSON.parse(seen.out)).toHaveProperty('version')
    expect(seen.err).toBe('')
  })

  test('prints errors to standard error and returns the exit code of their kind', async () => {
    const { value, seen } = context()
    expect(await dispatch(['verison'], value, commandModules)).toBe(2)
    expect(seen.err).toContain('ERROR: there is no command "verison" [usage]')
    expect(seen.err).toContain('did you mean version?')
    expect(seen.err).not.toContain('at ')
  })

  test('shows the help of a command', async () => {
    const { value, seen } = context()
    expect(await dispatch(['tag', '--help'], value, commandModules)).toBe(0)
    expect(seen.out).toContain('Usage: slipway tag SOURCE TARGET')
  })

  test('ends quietly when the reader has gone away', async () => {
    const { value, seen } = context()
    const broken = { ...value, write: () => Promise.reject(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) }
    expect(await dispatch(['version'], broken, commandModules)).toBe(0)
    expect(seen.err).toBe('')
  })
})

describe('reportFailure', () => {
  const failureContext = (argv: readonly string[] = ['build']) => {
    const seen = { err: '' }
    const stderr = { write: (text: string) => void (seen.err += text), isTTY: false }
    return { seen, context: { stderr, env: {}, argv } }
  }

  test('writes a report for mistakes of the program, without the values of the command line', () => {
    const { seen, context: given } = failureContext([
      'build',
      '--build-arg',
      'TOKEN=hunter2',
      '--secret=id=hunter2',
      '.',
    ])
    const error = reportFailure(new TypeError('x is undefined'), given)
    const file = /written to (\S+);/.exec(seen.err)?.[1] ?? ''
    const report = readFileSync(file, 'utf8')
    rmSync(dirname(file), { recursive: true })
    expect(error.code).toBe('internal')
    expect(report).toContain('TypeError: x is undefined')
    expect(report).toContain('slipway build --build-arg')
    expect(report).not.toContain('hunter2')
  })

  test('shows stacks of other errors with --debug only', () => {
    const quiet = failureContext()
    reportFailure(new SlipwayError('usage', 'no'), quiet.context)
    expect(quiet.seen.err).toBe('ERROR: no [usage]\n')
    const loud = failureContext(['-D', 'build'])
    reportFailure(new SlipwayError('usage', 'no', { cause: new Error('deep down') }), loud.context)
    expect(loud.seen.err).toContain('caused by Error: deep down')
  })

  test('calls an aborted wait cancelled, and a full disk by its name', () => {
    expect(reportFailure(new DOMException('stopped', 'AbortError'), failureContext().context).code).toBe('cancelled')
    expect(reportFailure(Object.assign(new Error('x'), { code: 'ENOSPC' }), failureContext().context).code).toBe(
      'no-space',
    )
  })
})
