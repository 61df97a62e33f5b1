import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBench, type StepBench, stepContexts } from './testing/step-contexts.ts'

describe.each(stepContexts())('a step under $name', (context) => {
  let bench: StepBench
  beforeAll(async () => {
    bench = await openBench(context)
  })
  afterAll(() => bench?.close())

  it('reports the exit code and keeps the streams apart', async () => {
    const outcome = await bench.sh('echo out; echo err >&2; exit 7')
    expect(outcome).toMatchObject({ exitCode: 7, stdout: 'out\n', stderr: 'err\n', oomKilled: false })
  })

  it('hands on long output whole', async () => {
    const { stdout } = await bench.sh('dd if=/dev/zero bs=1000 count=3000 2>/dev/null; echo end')
    expect(stdout.length).toBe(3_000_004)
  })

  it('can open its own output streams again', async () => {
    const outcome = await bench.sh('echo one > /dev/stdout; echo two > /dev/stderr; cat /dev/stdin', { user: 'app' })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'one\n', stderr: 'two\n' })
  })

  it('ends with 127 for a missing program and 126 for one that cannot be run', async () => {
    expect(await bench.sh('', { argv: ['no-such-program'] })).toMatchObject({ exitCode: 127 })
    expect(await bench.sh('', { argv: ['/etc/passwd'] })).toMatchObject({ exitCode: 126 })
    expect((await bench.sh('', { argv: ['/nowhere/at-all'] })).stderr).toContain('/nowhere/at-all')
  })

  it('has the declared variables, PATH and HOME, and nothing of the host', async () => {
    const { stdout } = await bench.sh('', { argv: ['env'], env: ['A=1', 'B=x=y', 'EMPTY='] })
    expect(stdout.trim().split('\n').sort()).toEqual([
      'A=1',
      'B=x=y',
      'EMPTY=',
      'HOME=/root',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ])
  })

  it('has proxy variables unless it sets them itself', async () => {
    const { stdout } = await bench.sh('', {
      argv: ['env'],
      env: ['http_proxy=own'],
      proxyEnv: ['http_proxy=host', 'HTTPS_PROXY=host'],
    })
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['http_proxy=own', 'HTTPS_PROXY=host']))
    expect(stdout).not.toContain('http_proxy=host')
  })

  it.each([
    ['', 'uid=0(root) gid=0(root)', '/root'],
    ['app', 'uid=1000(app) gid=1000(app) groups=4(adm),1000(app),1500(extra)', '/home/app'],
    ['1000', 'uid=1000(app) gid=1000(app) groups=4(adm),1000(app),1500(extra)', '/home/app'],
    ['app:extra', 'uid=1000(app) gid=1500(extra)', '/home/app'],
    ['4242', 'uid=4242 gid=0(root)', '/'],
    ['4242:77', 'uid=4242 gid=77', '/'],
  ])('runs as USER %j', async (user, identity, home) => {
    const { stdout } = await bench.sh('id; echo $HOME', { user })
    expect(stdout.replace(/(gid=(\S+)) groups=\2$/m, '$1')).toBe(`${identity}\n${home}\n`)
  })

  it('rejects a user that the image does not know', async () => {
    await expect(bench.sh('true', { user: 'ap' })).rejects.toMatchObject({
      code: 'unknown-user',
      hint: expect.stringContaining('did you mean app?'),
    })
  })

  it('creates a missing working directory for its user and keeps it', async () => {
    const outcome = await bench.sh('pwd; stat -c "%U %a" .', { user: 'app', cwd: '/srv/a/b' })
    expect(outcome).toMatchObject({ stdout: '/srv/a/b\napp 755\n', upper: ['srv', 'srv/a', 'srv/a/b'] })
  })

  it('has the host name, hosts and resolver that BuildKit gives, and cannot replace them', async () => {
    const outcome = await bench.sh(
      'hostname; cat /etc/hosts; test -r /etc/resolv.conf && echo readable; echo x >> /etc/hosts || rm /etc/resolv.conf',
      {
        extraHosts: ['db:10.0.0.7', 'six=[fd00::1]'],
      },
    )
    expect(outcome.stdout).toBe(
      'buildkitsandbox\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.0.1\tbuildkitsandbox\n10.0.0.7\tdb\nfd00::1\tsix\nreadable\n',
    )
    expect(outcome.exitCode).not.toBe(0)
    expect(outcome.upper).toEqual([])
  })

  it('leaves nothing behind when it changes nothing', async () => {
    const before = lstatSync(join(bench.base, 'etc')).mtimeMs
    const outcome = await bench.sh('true')
    expect(outcome.upper).toEqual([])
    expect(Math.abs(lstatSync(outcome.upperDir).mtimeMs - lstatSync(bench.base).mtimeMs)).toBeLessThan(1)
    expect(lstatSync(join(bench.base, 'etc')).mtimeMs).toBe(before)
  })

  it('keeps what it changes, deletions as whiteouts', async () => {
    const { upper, upperDir } = await bench.sh('echo hi > /etc/new; rm /etc/group; mkdir -p /opt/x')
    expect(upper).toEqual(['etc', 'etc/group', 'etc/new', 'opt', 'opt/x'])
    expect(lstatSync(join(upperDir, 'etc/group')).isCharacterDevice()).toBe(true)
  })

  it('obeys limits, size of /dev/shm and a read-only root', async () => {
    const { stdout, upper } = await bench.sh(
      'ulimit -n; df -k /dev/shm | grep -c " 2048 .* 2048 "; touch /x 2>&1 | grep -o "Read-only.*"',
      {
        ulimits: [{ name: 'nofile', soft: 100, hard: 200 }],
        shmSize: 2 * 1024 * 1024,
        readonlyRoot: true,
      },
    )
    expect(stdout).toBe('100\n1\nRead-only file system\n')
    expect(upper).toEqual([])
  })
})
