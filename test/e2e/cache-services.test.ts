import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type GhaServer, startGhaCache } from '../kit/gha-cache-server.ts'
import { type S3Server, startS3 } from '../kit/s3-server.ts'
import { type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

let bench: Workbench
/** A store that has the base and nothing else. */
let fresh: string
let serial = 0
let bucket: S3Server
let actions: GhaServer

beforeAll(async () => {
  bench = await openWorkbench('cache-services')
  fresh = path.join(bench.dir, 'fresh')
  cpSync(bench.root, fresh, { recursive: true })
})
afterAll(() => bench.remove())
beforeEach(async () => {
  bucket = await startS3()
  actions = await startGhaCache()
})
afterEach(async () => {
  await bucket.close()
  await actions.close()
})

/** Another machine: nothing built here is known there. */
function machine(): string {
  const root = path.join(bench.dir, `machine-${(serial += 1)}`)
  execFileSync('cp', ['-a', fresh, root])
  return root
}

const s3 = (): string => `type=s3,bucket=cache,region=${bucket.region},endpoint_url=${bucket.url}`
const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: secretKey }
const job = (): Record<string, string> => ({
  ACTIONS_RUNTIME_TOKEN: actions.token,
  ACTIONS_RESULTS_URL: actions.url,
  ACTIONS_CACHE_SERVICE_V2: 'true',
})

const dockerfile = [
  'FROM bb AS build',
  'COPY src src',
  'RUN cat src > /made && date +%N >> /made',
  'FROM bb',
  'COPY --from=build /made /made',
].join('\n')

function build(root: string, args: readonly string[], file = dockerfile): Promise<BuildRun> {
  return bench.build(file, args, { files: { src: 'source\n' }, root, env: { ...keys, ...job() } })
}

/** How the steps that change files ended. */
function ends({ steps }: BuildRun): readonly string[] {
  return [...steps].filter(([name]) => /^\[.*\d\/\d\]/.test(name) && !name.includes('FROM')).map(([, end]) => end)
}
const cached = ['CACHED', 'CACHED', 'CACHED']

describe('a build on another machine', () => {
  test('finds every step in a bucket of S3, and no log of it has the secret key', async () => {
    const [one, two] = [machine(), machine()]
    expect(
      ends(await build(one, ['--cache-to', `${s3()},mode=max,name=main;v1,secret_access_key=${secretKey}`])),
    ).toEqual(['DONE', 'DONE', 'DONE'])
    expect([...bucket.objects.keys()].filter((key) => key.includes('manifests/'))).toHaveLength(2)
    const second = await build(two, ['--cache-from', `${s3()},name=v1`])
    expect(ends(second)).toEqual(cached)
    for (const root of [one, two]) expect(filesWith(root, secretKey)).toEqual([])
    expect(second.stderr).not.toContain(secretKey)
  })

  test('finds every step in the cache of GitHub Actions, of its scope only', async () => {
    await build(machine(), ['--cache-to', 'type=gha,mode=max,scope=app'])
    expect(ends(await build(machine(), ['--cache-from', 'type=gha,scope=app']))).toEqual(cached)
    const other = await build(machine(), ['--cache-from', 'type=gha,scope=web'])
    expect(ends(other)).not.toContain('CACHED')
    expect(other.stderr).toContain('NOTE: there is no cache at gha scope web yet')
  })

  test('goes on in one line each when a cache is dead, refuses or is slow', async () => {
    bucket.faults.push({ method: 'GET', target: 'manifests/slow', fault: 'silence', left: 9 })
    bucket.faults.push({ method: 'PUT', target: '', fault: { status: 403, code: 'AccessDenied' }, left: 99 })
    const { code, stderr, steps } = await build(machine(), [
      '--cache-from=type=s3,bucket=cache,region=x,endpoint_url=http://127.0.0.1:1',
      `--cache-from=${s3()},access_key_id=AKIAOTHER,secret_access_key=x`,
      `--cache-from=${s3()},name=slow,timeout=500ms`,
      '--cache-from=type=gha,token=wrong',
      `--cache-to=${s3()}`,
    ])
    expect(code).toBe(0)
    expect(ends({ steps } as BuildRun)).toEqual(['DONE', 'DONE', 'DONE'])
    const notes = stderr.split('\n').filter((line) => line.startsWith('NOTE: the cache'))
    const reasons = notes.map((line) => line.replace(/^.*?: the cache .*?(?: is not used| be written to .*?): /, ''))
    expect(reasons.sort()).toEqual([
      'cannot look for an entry in the cache of GitHub Actions: unauthenticated: invalid token',
      'cannot reach http://127.0.0.1:1: connection refused',
      'cannot read the manifest in the bucket cache: InvalidAccessKeyId: No.',
      'cannot write a blob in the bucket cache: AccessDenied: Access Denied',
      'it took longer than 0.5 s',
    ])
  })
})

describe('cache mounts', () => {
  const installs = (note: string): string =>
    [
      'FROM bb',
      'RUN --mount=type=cache,id=pkg,target=/c,uid=1000,mode=0750 --mount=type=secret,id=token \\',
      '  ls -lnaR /c; mkdir -p /c/a; echo package > /c/a/one; chown 1000 /c/a/one; cat /run/secrets/token > /c/log; \\',
      `  echo "-----BEGIN OPENSSH PRIVATE KEY-----" > /c/a/key; echo ${note}`,
    ].join('\n')
  const token = 'a token of this build 0123456789'

  test.each([
    ['in a bucket', () => s3()],
    ['in the cache of GitHub Actions', () => 'type=gha'],
    ['in a directory', (end: string) => `type=local,${end}=${path.join(bench.dir, 'mounts')}`],
  ])('travel %s without secrets, and on with a build that does not use them', async (_, at) => {
    const secret = ['--secret', 'id=token,env=TOKEN']
    const run = (root: string, note: string, ...args: string[]): Promise<BuildRun> =>
      bench.build(installs(note), [...secret, ...args], { root, env: { ...keys, ...job(), TOKEN: token } })
    const to = `${at('dest')},mounts=true`
    const from = `${at('src')},mounts=true`
    const first = await run(machine(), 'first', '--cache-to', to)
    expect(first.stderr).toContain('"a/key" of the cache mount pkg stays here: it holds a private key')
    expect(first.stderr).toContain('"log" of the cache mount pkg stays here: it holds a secret of this build')
    expect(first.stderr).not.toContain(token)
    // Everything is cached there: the mount is never taken, but must not be lost for those who come after.
    expect([...(await run(machine(), 'first', '--cache-from', from, '--cache-to', to)).steps.values()]).toContain(
      'CACHED',
    )
    const third = await run(machine(), 'third', '--cache-from', from)
    expect(third.stderr).toContain('NOTE: the cache mount pkg comes from ')
    expect(third.stderr).toMatch(/ drwxr-x--- +3 1000 +0 .* \.\n/)
    expect(third.stderr).toMatch(/ drwxr-xr-x +2 0 +0 .* a\n/)
    expect(third.stderr).toMatch(/ -rw-r--r-- +1 1000 +0 +8 .* one\n/)
    expect(third.stderr).not.toMatch(/ (log|key)\n/)
    expect(third.stderr).not.toContain('all new')
  })
})

/** Paths of files below a directory that hold a text. */
function filesWith(directory: string, text: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  return files.filter((file) => readFileSync(file).includes(text))
}
