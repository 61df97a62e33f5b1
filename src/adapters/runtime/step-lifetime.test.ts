import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBench, type StepBench, stepContexts } from './testing/step-contexts.ts'

describe.each(stepContexts())('the lifetime of a step under $name', (context) => {
  let bench: StepBench
  beforeAll(async () => {
    bench = await openBench(context)
  })
  afterAll(() => bench?.close())

  /** A number of seconds that marks the sleeping processes of one test. */
  const marker = (): string => String(100_000 + Math.floor(Math.random() * 800_000))

  it('ends with its first process, whatever that has started', async () => {
    const mark = marker()
    const outcome = await bench.sh(`sleep ${mark} & (sleep ${mark} &) ; echo done`)
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    expect(processesWith(mark)).toEqual([])
  })

  it('is killed with all its processes on abort, and the next step runs', async () => {
    const mark = marker()
    const running = bench.driver.run(
      {
        lowerDirs: [bench.base],
        upperDir: bench.directoryFor('upper'),
        workDir: bench.directoryFor('work'),
        argv: ['sh', '-c', `trap "" TERM; sleep ${mark} & echo ready; sleep ${mark}`],
        env: [],
        cwd: '/',
        user: '',
        network: 'default',
        security: 'sandbox',
        mounts: [],
      },
      { abortOn: 'ready' },
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(processesWith(mark)).toEqual([])
    expect(await bench.sh('echo next')).toMatchObject({ exitCode: 0, stdout: 'next\n', upper: [] })
  })

  it('gets the chance to end by itself on abort', async () => {
    const ended: string[] = []
    const running = bench.driver.run(
      {
        lowerDirs: [bench.base],
        upperDir: bench.directoryFor('upper'),
        workDir: bench.directoryFor('work'),
        argv: ['sh', '-c', 'trap "echo cleaned; exit 3" TERM; echo ready; while :; do sleep 0.05; done'],
        env: [],
        cwd: '/',
        user: '',
        network: 'default',
        security: 'sandbox',
        mounts: [],
      },
      { abortOn: 'ready', onOutput: (text) => ended.push(text) },
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(ended.join('')).toBe('ready\ncleaned\n')
  })

  it('does not outlive the front process, nor do its mounts', async () => {
    const mark = marker()
    const dead = bench.sh(`echo ready; sleep ${mark}`).catch((error: Error) => error.message)
    await until(() => processesWith(mark).length > 0)
    bench.driver.front.kill('SIGKILL')
    expect(await dead).toBe('the front is gone')
    await until(() => processesWith(mark).length === 0)
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(bench.directory)
    await until(() => processesWith(bench.directory).length === 0)
  })
})

/** Ids of processes whose command line has the text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(text))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** Waits until something is so; the test's own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(25)
}
