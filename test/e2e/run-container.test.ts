import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { runSlipway, type RunResult, scratchDir, slipway, startSlipway } from '../kit/slipway.ts'

const reason = withoutBusybox()
if (reason !== undefined) console.warn(`run: skipped, ${reason}`)

const scratch = scratchDir('run')
const root = path.join(scratch.dir, 'store')
const run = (...args: string[]): Promise<RunResult> => runSlipway(['run', '--trust-host-ca', 'off', ...args], { root })

beforeAll(async () => {
  if (reason !== undefined) return
  const changes = ['ENV A=image', 'WORKDIR /tmp', 'ENTRYPOINT ["/bin/echo", "entry"]', 'CMD ["cmd"]', 'USER app']
  const tar = busyboxTar(scratch.dir)
  await slipway(['import', ...changes.flatMap((change) => ['-c', change]), tar, 'app'], { root })
  await slipway(['import', tar, 'bb'], { root })
})
afterAll(() => scratch.remove())

describe.skipIf(reason !== undefined)('the command of a container', () => {
  test('is entry point and CMD, or what takes their place', async () => {
    expect((await run('app')).stdout).toBe('entry cmd\n')
    expect((await run('app', 'other', '--flag')).stdout).toBe('entry other --flag\n')
    expect((await run('--entrypoint', '/bin/pwd', 'app')).stdout).toBe('/tmp\n')
    expect((await run('--entrypoint', '', 'app', 'echo', 'alone')).stdout).toBe('alone\n')
    const nothing = await run('bb')
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('neither ENTRYPOINT nor CMD')])
  })

  test('gets variables, user, directory and host name', async () => {
    const flags = [
      '-e',
      'B=1',
      '-e',
      'A=mine',
      '-e',
      'UNSET_HERE',
      '-w',
      '/www',
      '--hostname',
      'box',
      '--entrypoint',
      '',
    ]
    const { stdout } = await run(...flags, 'app', 'sh', '-c', 'echo $A $B $HOSTNAME; hostname; id -un; pwd; env')
    expect(stdout.split('\n').slice(0, 4)).toEqual(['mine 1 box', 'box', 'app', '/www'])
    expect(stdout).not.toContain('UNSET_HERE')
    expect((await run('-u', '0:1000', '--entrypoint', '', 'app', 'id')).stdout).toContain('uid=0(root) gid=1000(app)')
  })

  test('reads standard input with -i only', async () => {
    const given = { root, input: 'data' }
    expect((await runSlipway(['run', '-i', 'bb', 'cat'], given)).stdout).toBe('data')
    expect((await runSlipway(['run', 'bb', 'cat'], given)).stdout).toBe('')
  })

  test('leaves nothing behind in the image', async () => {
    await run('bb', 'touch', '/left')
    expect((await run('bb', 'ls', '/')).stdout).not.toContain('left')
  })
})

describe.skipIf(reason !== undefined)('the exit code', () => {
  test('is that of the command', async () => {
    expect((await run('bb', 'sh', '-c', 'exit 7')).code).toBe(7)
    expect((await run('bb', 'sh', '-c', 'sh -c "kill -9 \\$\\$"; exit $?')).code).toBe(137)
  })

  test.each([
    ['nosuch', 127, 'there is no nosuch in the PATH of the image'],
    ['/no/such', 127, 'there is no /no/such in the image'],
    ['/etc/passwd', 126, '/etc/passwd is not executable'],
    ['/etc', 126, '/etc is a directory'],
  ])('of %s, which cannot be started, is %d with the reason', async (command, code, text) => {
    const result = await run('bb', command)
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(text)])
  })

  test('is the command’s own after a forwarded signal', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const script =
        'trap "echo term; exit 9" TERM; trap "echo int; exit 8" INT; echo ready; while :; do sleep 0.1; done'
      const child = startSlipway(['run', 'bb', 'sh', '-c', script], { root })
      let output = ''
      child.stdout?.on('data', (data: Buffer) => {
        output += data.toString()
        if (output === 'ready\n') child.kill(signal)
      })
      const code = await new Promise((resolve) => child.once('close', resolve))
      expect([code, output]).toEqual(signal === 'SIGTERM' ? [9, 'ready\nterm\n'] : [8, 'ready\nint\n'])
    }
  })
})

describe.skipIf(reason !== undefined)('mounts', () => {
  test('bring directories of the host in, for writing or for reading', async () => {
    const shared = path.join(scratch.dir, 'shared')
    mkdirSync(shared)
    expect((await run('-v', `${shared}:/s`, 'bb', 'sh', '-c', 'echo x >/s/f')).code).toBe(0)
    expect(readFileSync(path.join(shared, 'f'), 'utf8')).toBe('x\n')
    const refused = await run('-v', `${shared}:/s:ro`, 'bb', 'touch', '/s/g')
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Read-only file system')])
  })

  test('of --read-only leave only tmpfs and volumes writable', async () => {
    expect((await run('--read-only', 'bb', 'touch', '/x')).code).toBe(1)
    expect((await run('--read-only', '--tmpfs', '/tmp', 'bb', 'touch', '/tmp/x')).code).toBe(0)
  })

  test('name what is not supported', async () => {
    for (const [flags, text] of [
      [['-v', 'name:/x'], 'named volumes'],
      [['-d'], '--detach is not supported'],
      [['--name', 'x'], '--name is not supported'],
      [['-p', '1000-1001:80'], 'ranges of ports'],
      [['-t'], '--tty needs a terminal'],
    ] as const) {
      const result = await run(...flags, 'bb', 'true')
      expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(text)])
    }
  })
})

describe.skipIf(reason !== undefined)('the network', () => {
  test('is that of the machine, and other port numbers are passed on', async () => {
    const [outer, inner] = [await freePort(), await freePort()]
    const server = startSlipway(
      [
        'run',
        '-p',
        `${outer}:${inner}`,
        'bb',
        'sh',
        '-c',
        `trap 'exit 0' TERM; httpd -f -p 127.0.0.1:${inner} -h /www & wait`,
      ],
      { root },
    )
    let notices = ''
    server.stderr?.on('data', (data: Buffer) => (notices += data.toString()))
    const closed = new Promise((resolve) => server.once('close', resolve))
    try {
      expect(await fetchText(`http://127.0.0.1:${outer}/`)).toBe('served\n')
      expect(notices).toContain(`port ${inner} of the container is reachable at 127.0.0.1:${outer}`)
    } finally {
      server.kill('SIGTERM')
    }
    expect(await closed).toBe(0)
  })

  test('can be cut off', async () => {
    const listener = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const port = String((listener.address() as AddressInfo).port)
    const open = await run('bb', 'nc', '-w', '2', '127.0.0.1', port)
    const cut = await run('--network', 'none', 'bb', 'nc', '-w', '2', '127.0.0.1', port)
    listener.close()
    expect([open.code, cut.code]).toEqual([0, 1])
  })
})

const script = spawnSync('script', ['--version']).status === 0
if (!script) console.warn('run -t: skipped, script(1) is missing: install bsdutils')

describe.skipIf(reason !== undefined || !script)('a terminal', () => {
  test('is there with -t, of the size of the one outside', () => {
    const program = process.env.SLIPWAY_TEST_PROGRAM ?? path.resolve(import.meta.dirname, '../../dist/cli/main.js')
    const inside = 'tty; stty size; exit 5'
    const command = path.join(scratch.dir, 'terminal.sh')
    writeFileSync(
      command,
      `stty rows 33 cols 77\n"${process.execPath}" "${program}" run -it bb sh -c '${inside}'\necho code=$?\n`,
    )
    const result = spawnSync('script', ['-qc', `sh ${command}`, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, SLIPWAY_ROOT: root, CI: '1' },
    })
    // script(1) has no input here; the end of it can be echoed as ^@ anywhere.
    expect(result.stdout.replaceAll('\r', '').replaceAll('^@', '')).toContain('/dev/pts/0\n33 77\ncode=5\n')
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Asks until the server has started. */
async function fetchText(url: string): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (attempt >= 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
