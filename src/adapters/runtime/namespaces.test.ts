import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from './programs.ts'
import { startWorker } from './testing/worker-driver.ts'
import { openBench, type StepBench, stepContexts } from './testing/step-contexts.ts'

const context = stepContexts().find(({ kind }) => kind === 'embedded')

describe.skipIf(context === undefined)('the worker in its namespaces', () => {
  let bench: StepBench
  beforeAll(async () => {
    bench = await openBench(context as NonNullable<typeof context>)
  })
  afterAll(() => bench?.close())

  it('reports every way to run steps when asked for all', async () => {
    const report = await bench.driver.probe({ stateDir: bench.directoryFor('probe'), wanted: 'auto', all: true })
    expect(report.rungs.map(({ kind }) => kind)).toEqual(['crun', 'runc', 'embedded', 'chroot'])
    expect(report.rungs.at(-1)).toMatchObject({ available: false, why: expect.stringContaining('not supported') })
    for (const { available, why, fix } of report.rungs)
      expect(available || (why !== undefined && fix !== undefined)).toBe(true)
  })

  it('keeps the answer for this boot and asks again for another wish', async () => {
    const cacheFile = join(bench.directoryFor('cache'), 'isolation.json')
    const ask = (wanted: 'auto' | 'embedded' | 'chroot') =>
      bench.driver.probe({ stateDir: bench.directoryFor('probe'), wanted, cacheFile })
    const first = await ask('embedded')
    expect(first.chosen).toEqual({ kind: 'embedded' })
    const written = readFileSync(cacheFile, 'utf8')
    expect(await ask('embedded')).toEqual(first)
    expect(readFileSync(cacheFile, 'utf8')).toBe(written)
    expect((await ask('chroot')).chosen).toBeUndefined()
  })

  describe.skipIf(findProgram('ssh-agent') === undefined)('an ssh mount', () => {
    let keys = ''
    beforeAll(() => {
      keys = mkdtempSync(join(tmpdir(), 'slipway-key-'))
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'plain', '-f', join(keys, 'plain')])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-C', 'locked', '-f', join(keys, 'locked')])
    })
    afterAll(() => rmSync(keys, { recursive: true, force: true }))

    /** The host's own ssh-add, since the test image has none. */
    const hostTools = ['/usr', '/lib', '/lib64']
      .filter((path) => existsSync(path))
      .map((path) => ({ type: 'host', target: path, path, readonly: true }) as const)
    const listKeys = 'ssh-add -l; stat -c "%a %u" $SSH_AUTH_SOCK'
    const where = (target: string) => [`SSH_AUTH_SOCK=${target}`]

    it('lets a step of another user talk to an agent of the host', async () => {
      const socket = join(keys, 'agent.sock')
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      while (!existsSync(socket)) await sleep(20)
      execFileSync('ssh-add', ['-q', join(keys, 'plain')], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'pipe',
      })
      const mount = {
        type: 'ssh',
        target: '/run/buildkit/ssh_agent.0',
        agent: { socket },
        mode: 0o600,
        uid: 1000,
        gid: 0,
      } as const
      const outcome = await bench.sh(listKeys, {
        user: 'app',
        env: where(mount.target),
        mounts: [...hostTools, mount],
      })
      agent.kill()
      expect(outcome.stdout).toMatch(/ plain \(ED25519\)\n600 1000\n$/)
      expect(outcome.upper).toEqual([])
    })

    it('starts an agent for key files, ends it with the step, and refuses locked keys', async () => {
      const mount = (name: string) =>
        ({
          type: 'ssh',
          target: '/agent',
          agent: { keys: [readFileSync(join(keys, name))] },
          mode: 0o600,
          uid: 0,
          gid: 0,
        }) as const
      const outcome = await bench.sh(listKeys, { env: where('/agent'), mounts: [...hostTools, mount('plain')] })
      expect(outcome.stdout).toContain(' plain (ED25519)')
      await expect(bench.sh('true', { mounts: [mount('locked')] })).rejects.toMatchObject({ code: 'ssh-missing' })
      expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(
        `ssh-agent -D -a ${bench.directory}`,
      )
    })
  })

  it('dies with the front process even while it is too busy to notice', async () => {
    const other = await startWorker(bench.scripts)
    const isThere = (): boolean =>
      execFileSync('ps', ['-eo', 'ppid,args'], { encoding: 'utf8' }).split('worker-fixture.mjs').length > before
    const before = execFileSync('ps', ['-eo', 'ppid,args'], { encoding: 'utf8' }).split('worker-fixture.mjs').length - 3
    await other.freeze()
    other.front.kill('SIGKILL')
    while (isThere()) await sleep(25)
    expect(isThere()).toBe(false)
  })

  it('gives up with reasons when no namespaces can be made', async () => {
    const script = `
      const { spawnInNamespaces } = await import(${JSON.stringify(join(bench.scripts, 'namespaces.mjs'))})
      try { await spawnInNamespaces({ script: '/dev/null', args: [], rootless: true, env: process.env }); console.log('started') }
      catch (error) { console.log(error.code, error.notes.length, error.hint) }`
    // A user namespace whose own limit is zero cannot make another.
    const child = spawn('unshare', [
      '-U',
      '-r',
      'sh',
      '-c',
      'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ])
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    await new Promise((resolve) => child.once('close', resolve))
    expect(output).toMatch(/^cannot-isolate \d .*max_user_namespaces/)
    expect(existsSync(bench.scripts)).toBe(true)
  })
})
