import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { leftovers, leftoversOnceSettled } from '../kit/leftovers.ts'
import { addUser, type OrdinaryUser } from '../kit/ordinary-user.ts'
import { type RunResult, runSlipway, scratchDir, startSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const ways = ['crun', 'runc', 'embedded']

/** Serves on a port until it is told to end. */
const serve = (port: number, first = ''): string =>
  JSON.stringify(['sh', '-c', `trap 'exit 0' TERM; ${first}httpd -f -p ${port} -h /www & wait`])

const images = {
  good: [
    'RUN mkdir -p /www /var/cache/app && echo served > /www/index.html && chown bob /var/cache/app',
    'VOLUME /var/cache/app',
    'USER bob',
    'EXPOSE 8080',
    'HEALTHCHECK --interval=1s CMD wget -q -O- http://127.0.0.1:8080/',
    `CMD ${serve(8080, 'echo 1 > /var/cache/app/y; ')}`,
  ],
  writer: [
    'RUN mkdir -p /www /var/cache/app && ln -s var/cache /cache',
    'USER bob',
    'EXPOSE 8080',
    `CMD ${serve(8080, 'mkdir /cache/app/made && echo 1 > /cache/app/made/file || exit 7; ')}`,
  ],
  tolerant: [
    'RUN mkdir -p /www /var/cache/app && chown bob /var/cache/app && echo x > /secret && chmod 600 /secret',
    'USER bob',
    'EXPOSE 8080',
    `CMD ${serve(8080, 'echo 1 > /var/cache/app/y; cat /secret; chown 0 /tmp; ')}`,
  ],
  low: ['RUN mkdir -p /www', 'USER bob', 'EXPOSE 80', 'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]'],
  shell: ['RUN mkdir -p /www', 'USER bob', 'EXPOSE 8080', 'CMD httpd -f -p 8080 -h /www & wait; true'],
  deaf: ['RUN mkdir -p /www', 'USER bob', 'EXPOSE 8080', 'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]'],
  quits: [
    'RUN mkdir -p /www',
    'USER bob',
    'EXPOSE 8080',
    'STOPSIGNAL SIGQUIT',
    `CMD ${serve(8080).replace('TERM', 'QUIT')}`,
  ],
  sick: [
    'RUN mkdir -p /www',
    'USER bob',
    'EXPOSE 8080',
    'HEALTHCHECK CMD ["curl", "-f", "http://127.0.0.1:8080/"]',
    `CMD ${serve(8080)}`,
  ],
  other: ['RUN mkdir -p /www', 'USER bob', 'EXPOSE 9000', `CMD ${serve(8080)}`],
  root: ['RUN mkdir -p /www', 'EXPOSE 8080', `CMD ${serve(8080)}`],
  never: ['USER bob', 'EXPOSE 8080', `CMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]`],
  task: ['USER bob', 'CMD ["echo", "done"]'],
} as const
type ImageName = keyof typeof images

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('hardened')
  for (const [name, lines] of Object.entries(images)) await bench.build(['FROM bb', ...lines].join('\n'), ['-t', name])
}, 120_000)
afterAll(() => bench?.remove())

const run = (...args: string[]): Promise<RunResult> =>
  runSlipway(['run', '--hardened', '--until-ready', ...args], { root: bench.root })

interface Report {
  readonly passed: boolean
  readonly findings: readonly {
    readonly about: string
    readonly text: string
    readonly advice: readonly string[]
    readonly grave: boolean
    readonly at?: { readonly source: string; readonly line: number }
    readonly paths?: readonly string[]
  }[]
  readonly hardened: { readonly untraced?: string; readonly health?: { readonly tries: number } }
  readonly open?: object
}

const reported = async (...args: string[]): Promise<Report & { readonly code: number | null }> => {
  const { code, stdout } = await run('--json', ...args)
  return { ...(JSON.parse(stdout) as Report), code }
}

const told = ({ findings }: Report): readonly string[] => findings.map(({ about, text }) => `${about}: ${text}`)

describe.each(ways)('an image that is run with few rights by %s', (isolation) => {
  test('passes when it starts, serves and stops, and writes to its VOLUME only', async () => {
    const { code, stdout } = await run('--isolation', isolation, 'good')
    expect([code, stdout]).toEqual([0, expect.stringContaining('ok   serves: listens on 8080/tcp, ready after')])
    expect(stdout).toMatch(
      /ok {3}is healthy: HEALTHCHECK succeeded, try \d+\nok {3}stops: [\d.]+ s after SIGTERM, exit/,
    )
    expect(stdout).toMatch(/good runs hardened\n$/)
  })

  test('is told each directory that it may not write to, behind links too, though it ends at the first', async () => {
    const report = await reported('--isolation', isolation, 'writer')
    expect(report.code).toBe(1)
    expect(told(report)).toEqual([
      expect.stringMatching(/^start: ended after [\d.]+ s with exit code 7$/),
      'write: writes to /var/cache/app (busybox): /var/cache/app/made, /var/cache/app/made/file',
    ])
    expect(report.findings[1]?.advice).toEqual([
      'add VOLUME /var/cache/app, or run it with --tmpfs /var/cache/app',
      'for a VOLUME, give it to the user first: RUN mkdir -p /var/cache/app && chown 1000:1000 /var/cache/app',
    ])
    expect(report.findings[1]?.at).toMatchObject({ line: 3 })
  })

  test('passes with what was refused when it serves all the same, and hears of it', async () => {
    const report = await reported('--isolation', isolation, 'tolerant')
    expect([report.code, told(report)]).toEqual([
      0,
      [
        'write: writes to /var/cache/app (busybox): /var/cache/app/y',
        'capability: chown of /tmp needs CAP_CHOWN (busybox)',
        'read: cannot open /secret, which belongs to 0:0 with mode 0600',
      ],
    ])
    expect(report.findings.every(({ grave }) => !grave)).toBe(true)
  })

  test('is told of low ports', async () => {
    const report = await reported('--isolation', isolation, 'low')
    expect([report.code, told(report)]).toEqual([
      1,
      [expect.stringContaining('start: ended after'), 'capability: binds port 80 without CAP_NET_BIND_SERVICE'],
    ])
    expect(report.findings[1]?.advice[0]).toBe('listen on 8080 and publish that: EXPOSE 8080, -p 80:8080')
  })
})

describe('the end of a container', () => {
  test.each([
    ['shell', 'process 1 is the shell `/bin/sh -c httpd', 'write the exec form'],
    ['deaf', 'has no handler for SIGTERM, and the kernel does not end process 1 without one', 'handle the signal'],
  ] as const)(
    'of %s, which does not listen to SIGTERM, has the reason, the line and advice',
    async (name, why, hint) => {
      const { code, stdout } = await run('--stop-timeout', '1', name)
      expect([code, stdout]).toEqual([1, expect.stringContaining('does not end within 1 s of SIGTERM: ')])
      expect(stdout).toContain(why)
      expect(stdout).toMatch(/error: does not end .*\[.*Dockerfile:5, stage stage-0\]\n {2}hint: /)
      expect(stdout).toContain(hint)
      expect(stdout).toContain(`${name} does not run hardened: it does not stop`)
    },
  )

  test('is asked for by STOPSIGNAL', async () => {
    const { code, stdout } = await run('quits')
    expect([code, stdout]).toEqual([0, expect.stringContaining('s after SIGQUIT, exit code 0')])
  })
})

describe('what an image promises', () => {
  test('is compared with what it does: a HEALTHCHECK whose program is missing', async () => {
    const report = await reported('--for', '1s', 'sick')
    expect(report.code).toBe(1)
    expect(told(report)).toEqual([expect.stringMatching(/^health: HEALTHCHECK cannot be run: .*curl/)])
    expect(report.findings[0]?.at).toMatchObject({ line: 5 })
    expect(report.hardened.health?.tries).toBe(0)
  })

  test('is compared with what it does: ports in both directions', async () => {
    const report = await reported('--for', '1s', 'other')
    expect([report.code, told(report)]).toEqual([
      1,
      ['port: EXPOSE 9000/tcp, and nothing listens there', 'port: listens on 8080/tcp, which no EXPOSE names'],
    ])
  })

  test('is nothing for a command that does its work and ends', async () => {
    expect((await run('task')).code).toBe(0)
  })

  test('is a user that is not root; another is taken', async () => {
    const report = await reported('root')
    expect([report.code, told(report)]).toEqual([0, ['user: runs as root; here it was run as 65532']])
  })
})

describe('a run with few rights', () => {
  test('ends after its time when the container never gets ready', async () => {
    const { code, stdout } = await run('--for', '1s', 'never')
    expect([code, stdout]).toEqual([1, expect.stringContaining('FAIL serves: listens on no port, watched for 1 s')])
    expect(stdout).toContain('EXPOSE 8080/tcp, and nothing listens there')
  })

  test('may write to what --tmpfs names', async () => {
    expect((await run('--tmpfs', '/var/cache/app', 'writer')).code).toBe(0)
  })

  test('leaves nothing behind when it is interrupted', async () => {
    const child = startSlipway(['run', '--hardened', '--for', '10m', 'never'], { root: bench.root })
    const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)))
    const watched = (): boolean => leftovers(bench.root).some((line) => line.includes('tracer-thread'))
    await expect.poll(watched, { timeout: 20_000 }).toBe(true)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(await leftoversOnceSettled(bench.root)).toEqual([])
  })

  test.each([
    [['-p', '80:80', 'good'], '--hardened and --publish do not go together'],
    [['--for', 'soon', 'good'], '--for: "soon" is no duration'],
  ])('says that %j makes no sense', async (args, text) => {
    const { code, stderr } = await run(...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
  })

  test('names written paths without koffi too, and says what it cannot see', async () => {
    const copy = bench.place('program')
    mkdirSync(path.join(copy, 'node_modules'), { recursive: true })
    const program = process.env.SLIPWAY_TEST_PROGRAM ?? path.resolve(import.meta.dirname, '../../dist/cli/main.js')
    cpSync(path.dirname(program), path.join(copy, 'cli'), { recursive: true })
    const undici = path.resolve(import.meta.dirname, '../../node_modules/undici')
    symlinkSync(undici, path.join(copy, 'node_modules/undici'))
    const args = ['run', '--hardened', '--until-ready', '--json', '--root', bench.root, 'writer']
    const result = spawnSync(process.execPath, [path.join(copy, 'cli/main.js'), ...args], { encoding: 'utf8' })
    const report = JSON.parse(result.stdout) as Report
    expect(report.hardened.untraced).toBe('koffi is not installed')
    expect(told(report)).toContain('write: writes to /var/cache/app: /var/cache/app/made, /var/cache/app/made/file')
  })
})

const isRoot = process.getuid?.() === 0
if (!isRoot) console.log('skipped: making users needs root')

describe.runIf(isRoot)('an ordinary user', () => {
  let user: OrdinaryUser
  let own: Workbench
  const store = scratchDir('hardened-user')
  beforeAll(async () => {
    user = addUser({ subordinate: true })
    chownSync(store.dir, user.uid, user.gid)
    chmodSync(store.dir, 0o755)
    const ids = { root: store.dir, uid: user.uid, gid: user.gid, env: { HOME: store.dir } }
    own = await openWorkbench('hardened-own', ids)
    for (const name of ['good', 'tolerant'] as const satisfies readonly ImageName[])
      await own.build(['FROM bb', ...images[name]].join('\n'), ['-t', name])
  }, 120_000)
  afterAll(() => {
    own?.remove()
    store.remove()
    user?.remove()
  })

  test.each(['crun', 'embedded'])('gets the answers that root gets, by %s', async (isolation) => {
    const ids = { root: store.dir, uid: user.uid, gid: user.gid, env: { HOME: store.dir } }
    const flags = ['--hardened', '--until-ready', '--isolation', isolation]
    const good = await runSlipway(['run', ...flags, 'good'], ids)
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('HEALTHCHECK succeeded')])
    const { stdout } = await runSlipway(['run', ...flags, '--json', 'tolerant'], ids)
    expect(told(JSON.parse(stdout) as Report)).toEqual(told(await reported('--isolation', isolation, 'tolerant')))
  })
})

describe('a server in Node', () => {
  let reason: string | undefined
  const source = `
const { createServer } = require('node:http')
const { mkdirSync, writeFileSync } = require('node:fs')
mkdirSync('/var/cache/server', { recursive: true })
writeFileSync('/var/cache/server/pages', 'x')
createServer((_, response) => response.end('served')).listen(3000)
process.on('SIGTERM', () => process.exit(0))
`
  const dockerfile = (lines: string): string =>
    `FROM node:20-slim\nWORKDIR /app\nCOPY server.cjs .\n${lines}USER node\nEXPOSE 3000\nCMD ["node", "server.cjs"]\n`
  beforeAll(async () => {
    reason = await provideBases(bench.root, ['node:20-slim'])
    if (reason !== undefined) return console.log(`skipped: ${reason}`)
    const files = { 'server.cjs': source }
    await bench.build(dockerfile(''), ['-t', 'node-writes'], { files })
    const volume = 'RUN mkdir /var/cache/server && chown node /var/cache/server\nVOLUME /var/cache/server\n'
    await bench.build(dockerfile(volume), ['-t', 'node-declares'], { files })
  }, 600_000)

  test('is told the directory that it makes, and passes once that is declared', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const report = await reported('node-writes')
    expect([report.code, told(report)]).toEqual([
      1,
      [
        expect.stringContaining('start: ended after'),
        'write: writes to /var/cache/server (node): /var/cache/server/pages',
      ],
    ])
    expect(report.findings[1]?.advice[0]).toBe('add VOLUME /var/cache/server, or run it with --tmpfs /var/cache/server')
    const declared = await reported('node-declares')
    expect([declared.code, told(declared)]).toEqual([0, []])
  })
})
