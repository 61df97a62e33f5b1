import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutBusybox } from '../kit/busybox.ts'
import { leftoversOnceSettled } from '../kit/leftovers.ts'
import { addUser } from '../kit/ordinary-user.ts'
import { type RunOptions, type RunResult, runSlipway, slipway, startSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const reason = withoutBusybox()
if (reason !== undefined) console.warn(`debug: skipped, ${reason}`)

const dockerfile = `ARG GLOBAL=1
FROM bb AS build
ARG X=arg
ENV A=env
WORKDIR /src
COPY app .

USER bob
RUN --network=none --mount=type=secret,id=tok,uid=1000 --mount=type=cache,target=/cache,mode=0777 \\
  --mount=type=tmpfs,target=/fast cat /run/secrets/tok > /tmp/made
FROM scratch AS last
COPY --from=build /src /src
ENV C=3
FROM build AS failing
RUN echo left > /tmp/left; rm /src/../bin/yes 2> /dev/null; exit 7
FROM build AS lost
COPY nothing /
`

let bench: Workbench
let cwd = ''
beforeAll(async () => {
  if (reason !== undefined) return
  bench = await openWorkbench('debug')
  cwd = bench.context({ Dockerfile: dockerfile, app: 'app\n', token: 'hunter2' })
})
afterAll(() => bench?.remove())

/** Runs a shell script at a place; without one the arguments are all. */
function debug(place: readonly string[], script?: string, more: Partial<RunOptions> = {}): Promise<RunResult> {
  const command = script === undefined ? [] : ['--', 'sh', '-c', script]
  const options = { root: bench.root, cwd, ...more, env: { BUILDKIT_PROGRESS: 'quiet', ...more.env } }
  return runSlipway(['debug', '--trust-host-ca=off', ...place, '.', ...command], options)
}

const distrolessFailing = `FROM scratch
COPY bin/busybox /busybox
RUN --mount=type=secret,id=tok,target=/secret ["/busybox", "sh", "-c", "echo made > /out; exit 1"]
`

const program = process.env.SLIPWAY_TEST_PROGRAM ?? path.resolve(import.meta.dirname, '../../dist/cli/main.js')
const here = 'echo "$(id -un) $PWD $A,$X,$C"; echo $(ls -d /src/* /tmp/* /cache /fast /run/secrets/* 2>/dev/null)'
const secret = ['--secret', 'id=tok,src=token']

describe.skipIf(reason !== undefined)('a place', () => {
  test.each([
    [['--after', '2'], 'root / ,,', ''],
    [['--before', '4'], 'root / ,arg,', ''],
    [['--after', '4'], 'root / env,arg,', ''],
    [['--after', 'Dockerfile:5:1'], 'root /src env,arg,', ''],
    [['--before', '6'], 'root /src env,arg,', ''],
    [['--after', '6'], 'root /src env,arg,', '/src/app'],
    [['--after', '8'], 'bob /src env,arg,', '/src/app'],
    [[...secret, '--before', '9'], 'bob /src env,arg,', '/cache /fast /run/secrets/tok /src/app'],
    [[...secret, '--stage', 'build:10'], 'bob /src env,arg,', '/cache /fast /run/secrets/tok /src/app'],
    [[...secret, '--after', '9'], 'bob /src env,arg,', '/cache /fast /run/secrets/tok /src/app /tmp/made'],
    [[...secret, '--stage', 'build'], 'bob /src env,arg,', '/src/app /tmp/made'],
    [[...secret, '--target', 'last'], '0 / ,,3', '/src/app'],
  ])('%j has the state of a RUN there', async (place, first, second) => {
    const { code, stdout, stderr } = await debug(place, here)
    expect([code, stdout]).toEqual([0, `${first}\n${second}\n`])
    expect(stderr.replace(/id: unknown ID 0\n/, '')).toBe('')
  })

  test('has network and secrets of its RUN, and other flags win over them', async () => {
    const script = 'ip -o link | grep -c .; cat /run/secrets/tok; echo; hostname; echo $(id -u) $PWD $B'
    const flags = ['-u', '0', '-w', 'deeper', '-e', 'B=given', '--before', '9']
    expect((await debug([...secret, ...flags], script)).stdout).toBe(
      '1\nhunter2\nbuildkitsandbox\n0 /src/deeper given\n',
    )
    const missing = await debug(['--before', '9'], 'true')
    expect(missing.code).toBe(0)
  })

  test.each([
    [['--before', '7'], 'line 7 of Dockerfile has no instruction', 'line 6 (COPY app .) and line 8 (USER bob)'],
    [['--stage', 'biuld'], 'Dockerfile has no stage "biuld"', 'did you mean build?'],
    [['--before', '3', '--stage', 'x'], 'there is one place to stop at', '--stage and --before'],
    [['--after', 'here'], '--after here: it is no line', 'write --after 7 or --after Dockerfile:7'],
    [['--platform', 'linux/amd64,linux/arm64'], 'a shell runs on one platform', '--platform linux/amd64'],
    [['-f', '-'], 'standard input is the Dockerfile or context', '-- COMMAND'],
    [['--toolbox', './token'], '--toolbox ./token: it is not a statically linked program', 'busybox-static'],
  ])('that makes no sense is refused: %j', async (place, message, hint) => {
    const { code, stderr } = await debug(place)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^(#|\S.*:\d+:1\n|ERROR|-)/)])
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
  })
})

describe.skipIf(reason !== undefined)('a failure', () => {
  test('of a command is where a build without a place stops, with what it left, and the command can be repeated', async () => {
    const script = 'cat /tmp/left /dev/slipway/repeat; /dev/slipway/repeat; echo $?; exit 9'
    const { code, stdout, stderr } = await debug([...secret, '--target', 'failing'], script)
    const command = "'/bin/sh' '-c' 'echo left > /tmp/left; rm /src/../bin/yes 2> /dev/null; exit 7'"
    expect([code, stdout]).toEqual([9, `left\n#!/bin/sh\nexec ${command}\n7\n`])
    expect(stderr).toContain('Dockerfile:15:1\n')
    expect(stderr).toContain('exit code: 7 [run-failed]\n')
    expect(stderr).not.toContain('look inside')
  })

  test('is found after its instruction, and its absence before', async () => {
    expect((await debug([...secret, '--after', '15'], 'cat /tmp/left')).stdout).toBe('left\n')
    expect((await debug([...secret, '--before', '15'], 'ls /tmp')).stdout).toBe('made\n')
  })

  test('of a COPY is looked at from before it', async () => {
    const { code, stdout, stderr } = await debug([...secret, '--target', 'lost'], 'id -un; ls')
    expect([code, stdout]).toEqual([0, 'bob\napp\n'])
    expect(stderr).toContain('[context-path-missing]')
  })

  test('on the way to a place is the failure of a build, and says how to look at it', async () => {
    const given = 'FROM bb AS a\nRUN exit 4\nFROM a\nRUN true\n'
    const file = path.join(bench.context({ Other: given }), 'Other')
    const args = ['-f', file, '--build-arg', 'V=a b', '--after', '4']
    const { code, stdout, stderr } = await debug(args, 'echo never')
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain(`look inside: slipway debug -f ${file} --build-arg 'V=a b' --trust-host-ca off .\n`)
  })
})

describe.skipIf(reason !== undefined)('a command', () => {
  test('gives its exit code and reads standard input; so does a shell', async () => {
    const place = ['--after', '6']
    expect(await debug(place, 'cat; exit 5', { input: 'typed' })).toMatchObject({ code: 5, stdout: 'typed' })
    expect(await debug(place, undefined, { input: 'pwd; exit 6' })).toMatchObject({ code: 6, stdout: '/src\n' })
  })

  test('may be what a Dockerfile from standard input is looked at with', async () => {
    const run = await debug(['-f', '-'], 'cat /x', { input: 'FROM bb\nRUN echo y > /x\n' })
    expect([run.code, run.stdout]).toEqual([0, 'y\n'])
  })

  test('leaves image, layers and records as they are, and cache mounts as it wants', async () => {
    const args = ['build', '-q', '-t', 'kept', '--target', 'last', ...secret, '.']
    const before = await slipway(args, { root: bench.root, cwd })
    const files = (): readonly string[] =>
      ['layers', 'cache/records', 'images', 'blobs'].flatMap((place) =>
        readdirSync(path.join(bench.root, place), { recursive: true, encoding: 'utf8' }).sort(),
      )
    const known = files()
    const changes = 'echo x > /src/app; touch /new; rm -r /etc; echo kept > /cache/note; exit 0'
    expect((await debug([...secret, '-u', '0', '--after', '9'], changes)).code).toBe(0)
    expect(files()).toEqual(known)
    expect(await slipway(args, { root: bench.root, cwd })).toBe(before)
    const again = await debug([...secret, '-u', '0', '--after', '9'], 'cat /src/app /cache/note; ls -d /etc /new')
    expect([again.stdout, again.code]).toEqual(['app\nkept\n/etc\n', 1])
  })

  test('is stopped with the program, and nothing of it stays', async () => {
    const child = startSlipway(['debug', '--after', '6', '.', '--', 'sh', '-c', 'echo ready; sleep 300'], {
      root: bench.root,
      cwd,
    })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    for (let count = 0; count < 2; count += 1) setTimeout(() => child.kill('SIGTERM'), 200 + 200 * count)
    expect(await closed).not.toBe(0)
    expect(await leftoversOnceSettled(bench.root)).toEqual([])
    expect(readdirSync(path.join(bench.root, 'tmp'))).toEqual([])
  })
})

describe.skipIf(reason !== undefined)('a root file system without a shell', () => {
  const distroless = 'FROM scratch\nCOPY etc /etc\nUSER 1000\nWORKDIR /home\nENV PATH=/only\n'

  test('gets the tools of this machine beside it', async () => {
    const context = bench.context({ Dockerfile: distroless, 'etc/passwd': 'me:x:1000:1000::/home:/none\n' })
    const script =
      'id -un; pwd; echo $PATH; ls /; ls /dev/slipway; touch /dev/slipway/toolbox/x 2>&1 | grep -c Read-only'
    const { code, stdout } = await debug([], script, { cwd: context })
    const root = 'dev\netc\nhome\nproc\nsys\n'
    expect([code, stdout]).toEqual([0, `me\n/home\n/only:/dev/slipway/toolbox\n${root}toolbox\n1\n`])
    expect((await debug([], undefined, { cwd: context, input: 'echo $0' })).stdout).toBe('sh\n')
  })

  test('gets those of an image or a file that is named', async () => {
    const context = bench.context({ Dockerfile: 'FROM scratch\nENV A=1\n' })
    const named = await debug(['--toolbox', 'bb'], 'ls /dev/slipway/toolbox', { cwd: context })
    expect([named.code, named.stdout]).toEqual([0, expect.stringMatching(/^bin\n(.*\n)*etc\n/)])
    copyFileSync('/bin/busybox', path.join(context, 'tools'))
    expect((await debug(['--toolbox', './tools'], 'echo $A', { cwd: context })).stdout).toBe('1\n')
  })

  test('says how to get one where there is none', () => {
    const context = bench.context({ Dockerfile: 'FROM scratch\nENV A=1\n' })
    const hidden = 'mount --bind /dev/null "$(readlink -f /bin/busybox)" && exec "$@"'
    const command = [process.execPath, program, 'debug', '--progress', 'quiet', '.']
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', hidden, 'sh', ...command], {
      cwd: context,
      encoding: 'utf8',
      env: { ...process.env, SLIPWAY_ROOT: bench.root, NO_COLOR: '1' },
    })
    expect([status, stderr]).toMatchInlineSnapshot(`
      [
        2,
        "ERROR: there is no shell here, and no toolbox to bring one [unsupported]
        hint: apt-get install busybox-static, or name a static busybox or an image that has one: --toolbox PATH|IMAGE
      ",
      ]
    `)
  })
})

const script = spawnSync('script', ['--version']).status === 0
if (!script) console.warn('debug in a terminal: skipped, script(1) is missing: install bsdutils')

describe.skipIf(reason !== undefined || !script)('a terminal', () => {
  test.each([
    ['crun', '/dev/pts/0'],
    ['embedded', 'not a tty'],
  ])('under %s has a greeting, a shell, and its settings again afterwards', async (isolation, tty) => {
    const given = `"${process.execPath}" "${program}" debug --progress quiet --isolation ${isolation} ${secret.join(' ')}`
    const child = spawn(
      'script',
      ['-qec', `stty -g; ${given} --target failing .; echo code=$?; stty -g`, '/dev/null'],
      {
        cwd,
        env: { ...process.env, SLIPWAY_ROOT: bench.root, NO_COLOR: '1', CI: '1', TERM: 'dumb' },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    let output = ''
    let typed = 0
    const lines = ['tty; cat /tmp/left\n', 'sleep 100\n', '\u0003', 'echo "typed $((6 * 7))"; exit 5\n']
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString()
      // A prompt of ash, or the echo of the command that is to be interrupted.
      const prompted = ['$ ', '$ \u001b[6n', 'sleep 100\r\n'].some((end) => output.endsWith(end))
      if (!prompted || lines[typed] === undefined) return
      const line = lines[typed]
      typed += 1
      setTimeout(() => child.stdin?.write(line ?? ''), 100)
    })
    await new Promise((resolve) => child.once('close', resolve))
    expect(output).toContain('Shell after the failed step Dockerfile:15, with what it left behind\r\n')
    expect(output).toContain('  repeat     /dev/slipway/repeat runs the command of the step\r\n')
    expect(output).toContain(`${tty}\r\nleft\r\n`)
    expect(output).toContain('typed 42\r\n')
    expect(output).toContain('code=5\r\n')
    const settings = output.match(/^[0-9a-f]+(:[0-9a-f]+)+(?=\r$)/gm) ?? []
    expect(settings).toHaveLength(2)
    expect(settings[1]).toBe(settings[0])
    expect(await leftoversOnceSettled(bench.root)).toEqual([])
  })
})

const mayAddUsers = process.getuid?.() === 0
if (!mayAddUsers) console.warn('debug without root: skipped, making users needs root')

describe.skipIf(reason !== undefined || !mayAddUsers)('an ordinary user', () => {
  test.each(['crun', 'embedded'])('sees what a failed command left, and its secrets, by %s', async (isolation) => {
    const user = addUser({ subordinate: true })
    const root = path.join(bench.dir, `root-${isolation}`)
    mkdirSync(root)
    chownSync(root, user.uid, user.gid)
    const context = bench.context({
      Dockerfile: distrolessFailing,
      'bin/busybox': readFileSync('/bin/busybox'),
      token: 'x',
    })
    chmodSync(path.join(context, 'bin/busybox'), 0o755)
    const options = { root, cwd: context, uid: user.uid, gid: user.gid, env: { HOME: root } }
    try {
      const place = ['--isolation', isolation, '--secret', 'id=tok,src=token']
      const { code, stdout } = await debug(place, 'id -u; cat /out; ls /secret; touch /more', options)
      expect([code, stdout]).toEqual([0, '0\nmade\n/secret\n'])
    } finally {
      user.remove()
    }
  })
})
