import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commitTime, fakeSsh, gitOverHttp, makeRepository, type TestRepository } from '../kit/git-server.ts'
import { runSlipway } from '../kit/slipway.ts'
import { startTlsServer } from '../kit/tls-server.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const token = 'tok-5e9c1f'
const dockerfile = 'FROM bb\nCOPY f /out\n'
const lastModified = 981_173_106

let bench: Workbench
let repository: TestRepository
let server: Server
let origin = ''
let git = ''

beforeAll(async () => {
  bench = await openWorkbench('remote')
  repository = makeRepository(bench.place('git'))
  const tar = execFileSync('tar', ['-C', bench.context({ Dockerfile: dockerfile, f: 'in tar\n' }), '-c', '.'])
  const plain = gitOverHttp(repository.directory)
  const guarded = gitOverHttp(repository.directory, `Basic ${btoa(`x-access-token:${token}`)}`)
  const files: Readonly<Record<string, string | Buffer>> = {
    '/Dockerfile': 'FROM bb\nRUN echo from a URL > /out\n',
    '/copy.Dockerfile': dockerfile,
    '/context.tar.gz': gzipSync(tar),
    '/private.txt': 'private\n',
  }
  const answer: RequestListener = (request, response) => {
    const url = request.url ?? ''
    if (url.startsWith('/app.git/')) return plain(request, response)
    if (url.startsWith('/guarded/')) {
      request.url = url.slice('/guarded'.length)
      return guarded(request, response)
    }
    const body = files[url]
    const refused = url === '/private.txt' && request.headers.authorization !== `Bearer ${token}`
    if (body === undefined || refused) return response.writeHead(body === undefined ? 404 : 401).end()
    return response.writeHead(200, { 'last-modified': new Date(lastModified * 1000).toUTCString() }).end(body)
  }
  server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  git = `${origin}/app.git`
})
afterAll(() => {
  bench.remove()
  server.close()
})

interface Run {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

async function attempt(args: readonly string[], run: Run = {}) {
  const dest = bench.place('dest')
  const result = await runSlipway(['build', '-o', dest, ...args], { root: bench.root, ...run })
  return { ...result, dest }
}

/** The text of /out of what was built. */
async function outOf(args: readonly string[], run?: Run): Promise<string> {
  const { code, stderr, dest } = await attempt(args, run)
  if (code !== 0) throw new Error(stderr)
  return readFileSync(path.join(dest, 'out'), 'utf8')
}

/** The error of a failing build, without the steps above it and the log below. */
async function errorOf(args: readonly string[], run?: Run): Promise<string> {
  const { code, stderr } = await attempt(args, run)
  expect(code).toBeGreaterThan(0)
  const text = stderr.replaceAll(origin, 'http://HOST').replaceAll(repository.second, 'SECOND')
  return text.slice(text.lastIndexOf('\nERROR: ') + 1).replace(/\n\n[^]*$/, '\n')
}

describe('a repository as the context', () => {
  test.each([
    ['its default branch', () => git, 'two\n'],
    ['a tag', () => `${git}#v1`, 'one\n'],
    ['a directory', () => `${git}#main:sub`, 'sub\n'],
    ['a query', () => `${git}?tag=v1&subdir=sub`, 'sub\n'],
    ['a commit', () => `${git}#${repository.first}`, 'one\n'],
    ['a branch whose commit is known', () => `${git}?branch=main&checksum=${repository.second.slice(0, 9)}`, 'two\n'],
    [
      'a commit, wherever the branch is',
      () => `${git}?branch=main&checksum=${repository.first}&fetch-by-commit`,
      'one\n',
    ],
    ['a repository of this machine', () => `file://${repository.directory}/app.git#v1`, 'one\n'],
  ])('is %s', async (_, context, expected) => {
    expect(await outOf([context()])).toBe(expected)
  })

  test('comes over ssh', async () => {
    const env = { GIT_SSH_COMMAND: fakeSsh(bench.context({})) }
    expect(await outOf([`ssh://git@host.example${repository.directory}/app.git#v1`], { env })).toBe('one\n')
    expect(await outOf([`git@host.example:${repository.directory}/app.git`], { env })).toBe('two\n')
  })

  test('has the times of the commit, or of the checkout, and .git when that is asked for', async () => {
    const list =
      'FROM bb\nCOPY . /all\nRUN stat -c %Y /all/f > /out; test ! -e /all/.git || cat /all/.git/config >> /out\n'
    // Times are in no cache key.
    const withList = (query: string) => outOf(['--no-cache', '-f', '-', `${git}${query}`], { input: list })
    expect(await withList('?mtime=commit')).toBe(`${commitTime}\n`)
    expect(Number(await withList('?mtime=checkout'))).toBeGreaterThan(1_600_000_000)
    expect(await withList('?keep-git-dir=true')).toContain(`url = ${git}\n`)
  })

  test('gives SOURCE_DATE_EPOCH the time of its commit', async () => {
    const args = ['--build-arg', 'SOURCE_DATE_EPOCH=context', '-f', '-', git]
    const input = 'FROM bb\nARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /out\n'
    expect(await outOf(args, { input })).toBe(`${commitTime}\n`)
  })

  test('comes from a server that an authority of this machine vouches for', async () => {
    const secure = await startTlsServer(bench.context({}), gitOverHttp(repository.directory))
    try {
      const env = { SSL_CERT_FILE: secure.authority, GIT_SSL_CAINFO: '' }
      expect(await outOf([`${secure.url}app.git#v1`], { env })).toBe('one\n')
      const error = await errorOf([`${secure.url}app.git`])
      expect(error).toMatch(/^ERROR: cannot fetch https:\S+: git ls-remote: .*certificate/)
      expect(error).toContain('name its file in SSL_CERT_FILE or GIT_SSL_CAINFO')
    } finally {
      await secure.close()
    }
  })
})

describe('credentials for a repository', () => {
  const guarded = () => `${origin}/guarded/app.git`
  const secret = (id: string): readonly string[] => ['--secret', `id=${id},env=T`]
  const header = `Basic ${btoa(`x-access-token:${token}`)}`

  test('are asked for by the names of the secrets that hold them', async () => {
    expect(await errorOf([guarded()])).toBe(
      [
        "ERROR: cannot fetch http://HOST/guarded/app.git: git ls-remote: Authentication failed for 'http://HOST/guarded/app.git/' [git-failed]",
        '  hint: the server wants credentials: give a token with --secret id=GIT_AUTH_TOKEN,env=NAME (or a whole header with id=GIT_AUTH_HEADER)',
        '',
      ].join('\n'),
    )
    const wrong = await errorOf([...secret('GIT_AUTH_TOKEN'), guarded()], { env: { T: 'wrong-9f3a' } })
    expect(wrong).toMatch(/git ls-remote: .* \[git-failed\]/)
    expect(wrong).not.toContain('wrong-9f3a')
  })

  test('are a token or a header, for all hosts or one, or part of the URL; nothing keeps them', async () => {
    const host = () => new URL(origin).host
    const ways: readonly (readonly [readonly string[], string, string])[] = [
      [secret('GIT_AUTH_TOKEN'), token, '#v1'],
      [secret(`GIT_AUTH_TOKEN.${host()}`), token, ''],
      [secret('GIT_AUTH_HEADER'), header, '#v1:sub'],
      [[...secret(`GIT_AUTH_HEADER.${host()}`), '--secret', 'id=GIT_AUTH_TOKEN,env=W'], header, '#:sub'],
    ]
    for (const [args, value, what] of ways)
      await outOf([...args, `${guarded()}${what}?keep-git-dir`.replace(/(#.*)(\?.*)/, '$2$1')], {
        env: { T: value, W: 'wrong' },
      })
    const inUrl = guarded().replace('http://', `http://x-access-token:${token}@`)
    const list = 'FROM bb\nCOPY . /all\nRUN cat /all/.git/config > /out\n'
    const config = await outOf(['-f', '-', `${inUrl}?keep-git-dir=1`], { input: list })
    expect(config).toContain(`url = ${guarded()}\n`)
    for (const kept of [token, header.slice('Basic '.length)])
      expect(() => execFileSync('grep', ['-rqaF', kept, bench.root])).toThrow()
  })

  test('serve ADD, too', async () => {
    const file = `FROM bb\nADD ${guarded()}#v1 /r\nRUN cat /r/f > /out\n`
    expect(
      await outOf([...secret('GIT_AUTH_TOKEN'), '-f', '-', bench.context({})], { input: file, env: { T: token } }),
    ).toBe('one\n')
  })
})

describe('a context at a URL', () => {
  test('is a Dockerfile or an archive', async () => {
    expect(await outOf([`${origin}/Dockerfile`])).toBe('from a URL\n')
    expect(await outOf([`${origin}/context.tar.gz`])).toBe('in tar\n')
  })

  test('has a Dockerfile that is somewhere else', async () => {
    expect(await outOf(['-f', `${origin}/copy.Dockerfile`, bench.context({ f: 'local\n' })])).toBe('local\n')
    expect(await outOf(['-f', `${origin}/copy.Dockerfile`, `${git}#v1`])).toBe('one\n')
    expect(await outOf(['-f', '-', `${origin}/context.tar.gz`], { input: 'FROM bb\nCOPY f /out\n' })).toBe('in tar\n')
  })

  test('gives SOURCE_DATE_EPOCH the time that its server names, and a stage that ADDs one does, too', async () => {
    const show = 'ARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /out\n'
    const ofContext = ['--build-arg', 'SOURCE_DATE_EPOCH=context', '-f', '-', `${origin}/context.tar.gz`]
    expect(await outOf(ofContext, { input: `FROM bb\n${show}` })).toBe(`${lastModified}\n`)
    const stage = `ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD ${git} /\nFROM bb\n${show}`
    expect(await outOf(['-f', '-', bench.context({})], { input: stage })).toBe(`${commitTime}\n`)
  })

  test('may want credentials', async () => {
    const file = `FROM bb\nADD ${origin}/private.txt /out\n`
    const args = ['-f', '-', bench.context({})]
    expect(await errorOf(args, { input: file })).toContain(
      'hint: the server wants credentials: give a token with --secret id=HTTP_AUTH_TOKEN_127.0.0.1,env=NAME (or a whole header as HTTP_AUTH_HEADER_…)',
    )
    const secret = ['--secret', 'id=HTTP_AUTH_TOKEN_127.0.0.1,env=T']
    expect(await outOf([...secret, ...args], { input: file, env: { T: token } })).toBe('private\n')
  })

  test('comes from a server that an authority of this machine vouches for', async () => {
    const secure = await startTlsServer(
      bench.context({}),
      (_, response) => void response.end(dockerfile.replace('COPY f', 'RUN echo tls >')),
    )
    try {
      expect(await outOf([`${secure.url}Dockerfile`], { env: { SSL_CERT_FILE: secure.authority } })).toBe('tls\n')
      expect(await errorOf([`${secure.url}Dockerfile`])).toContain('name its file in NODE_EXTRA_CA_CERTS')
    } finally {
      await secure.close()
    }
  })
})

describe('a named context', () => {
  test('is a repository, a file at a URL, or what a stage makes', async () => {
    const file = [
      'FROM bb AS made\nRUN echo made > /f',
      'FROM bb',
      'COPY --from=repo f /1',
      'COPY --from=file context /2',
      'COPY --from=alias f /3',
      'RUN cat /1 /2 /3 > /out',
    ].join('\n')
    const contexts = [`repo=${git}#v1`, `file=${origin}/copy.Dockerfile`, 'alias=target:made']
    const args = contexts.flatMap((one) => ['--build-context', one])
    expect(await outOf([...args, '-f', '-', bench.context({})], { input: file })).toBe(`one\n${dockerfile}made\n`)
  })

  test('that is a stage can be a base or stand for another stage, and must be one that comes first', async () => {
    const file = 'FROM bb AS a\nRUN echo a > /out\nFROM bb AS b\nRUN echo b > /out\nFROM base\n'
    const build = (context: string, input = file) =>
      [['--build-context', context, '-f', '-', bench.context({})], { input }] as const
    expect(await outOf(...build('base=target:a'))).toBe('a\n')
    expect(await outOf(...build('b=target:a', 'FROM bb AS a\nRUN echo a > /out\nFROM bb AS b\nFROM b\n'))).toBe('a\n')
    expect(await errorOf(...build('base=target:c'))).toContain(
      'build context base: there is no stage c (did you mean one of a, b?)',
    )
    expect(await errorOf(...build('base=target:z', 'FROM base AS y\nFROM bb AS z\nFROM y\n'))).toContain(
      'stage z must stand before the stage that starts from it',
    )
  })
})

describe('errors name what was wanted and what is there:', () => {
  test.each([
    [
      'an unknown ref',
      () => `${git}#v2`,
      'the repository http://HOST/app.git has no ref v2 [git-failed]\n  hint: did you mean v1?',
    ],
    [
      'a ref like none',
      () => `${git}#release-candidate`,
      'the repository http://HOST/app.git has no ref release-candidate [git-failed]\n  hint: its branches and tags are main, v1',
    ],
    [
      'an unknown commit',
      () => `${git}#${'12'.repeat(20)}`,
      `the repository http://HOST/app.git has no commit ${'12'.repeat(20)} [git-failed]\n  hint: a commit that no branch and no tag leads to can only be had from some servers`,
    ],
    [
      'a missing directory',
      () => `${git}#main:sup`,
      'the repository http://HOST/app.git has no directory sup [git-failed]\n  hint: did you mean sub?',
    ],
    [
      'another commit',
      () => `${git}?checksum=0123456`,
      'expected commit 0123456 of http://HOST/app.git, got SECOND [checksum-mismatch]',
    ],
    [
      'half a commit',
      () => `${git}?checksum=0123456&fetch-by-commit`,
      'fetch-by-commit needs the whole commit id as checksum [bad-option-value]\n  hint: add &checksum=COMMIT with all of its digits',
    ],
    [
      'a strange query',
      () => `${git}?depth=1`,
      'the context http://HOST/app.git?depth=1: unexpected query "depth" [bad-option-value]',
    ],
    [
      'nothing at an address',
      () => `${origin}/nothing.tar`,
      'http://HOST/nothing.tar: the server answered 404 [download-failed]\n  hint: check the address: there is nothing at it',
    ],
  ])('%s', async (_, context, message) => {
    expect(await errorOf([context()])).toContain(`ERROR: ${message}\n`)
  })

  test('a host whose key is not known, and a key that is not accepted', async () => {
    const context = 'git@host.example:app.git'
    const failing = async (message: string) =>
      errorOf([context], { env: { GIT_SSH_COMMAND: fakeSsh(bench.context({}), message) } })
    expect(await failing('Host key verification failed.')).toContain(
      'hint: the key of the host is not in known_hosts: compare it, then add it with: ssh-keyscan HOST >> ~/.ssh/known_hosts',
    )
    expect(await failing('git@host.example: Permission denied (publickey).')).toContain('--ssh default=KEY_FILE')
  })

  test('a repository of this machine in a Dockerfile, which is only a path there', async () => {
    const input = `FROM scratch\nADD file://${repository.directory}/app.git /\n`
    expect(await errorOf(['-f', '-', bench.context({})], { input })).toContain('[context-path-missing]')
  })
})
