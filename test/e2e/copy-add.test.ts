import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeTree } from '../kit/file-tree.ts'
import { type FakeRegistry, fakeImage, startRegistry, storeImage } from '../kit/registry.ts'
import { runSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
let registry: FakeRegistry
let server: Server
let origin = ''
beforeAll(async () => {
  bench = await openWorkbench('copy')
  registry = await startRegistry()
  server = createServer((request, response) => {
    if (request.url === '/file.txt')
      response.writeHead(200, { 'last-modified': 'Sat, 03 Feb 2001 04:05:06 GMT' }).end('downloaded\n')
    else if (request.url === '/context.tar.gz')
      response.end(tarOf({ Dockerfile: 'FROM bb\nCOPY f /out\n', f: 'tar url\n' }, 'z'))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  bench.remove()
  server.close()
  await registry.close()
})

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8' })
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A tar with these files; `how` is tar's letter for the compression. */
function tarOf(files: Readonly<Record<string, string>>, how: 'z' | 'J' | '' = ''): Buffer {
  return execFileSync('tar', ['-C', bench.context(files), `-c${how}`, '.'])
}

/** Builds with words of our own after `build`, and returns /out of the result. */
async function outOf(args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const dest = bench.place('dest')
  const result = await runSlipway(['build', '-o', dest, ...args], {
    root: bench.root,
    ...(input === undefined ? {} : { input }),
  })
  if (result.code !== 0) throw new Error(result.stderr)
  return readFileSync(path.join(dest, 'out'), 'utf8')
}

/** A repository with a commit, a tag `v1`, and a later commit on the branch `main`. */
function repository(): { readonly dir: string; readonly url: string; readonly first: string } {
  const dir = bench.context({
    'sub/f': 'one\n',
    Dockerfile: 'FROM bb\nCOPY sub/f /out\n',
    'sub/Dockerfile': 'FROM bb\nCOPY f /out\n',
  })
  const git = (...args: string[]): string =>
    run('git', '-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args).trim()
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  git('tag', 'v1')
  const first = git('rev-parse', 'HEAD')
  writeTree(dir, { 'sub/f': 'two\n' })
  git('commit', '-q', '-a', '-m', 'two')
  return { dir, url: `file://${dir}/.git`, first }
}

/** Serves a repository by the git protocol: ADD does not take `file:` for a repository. */
async function serveRepository(dir: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const daemon = spawn(
    'git',
    ['daemon', '--export-all', `--base-path=${dir}`, '--listen=127.0.0.1', `--port=${port}`, '--verbose'],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  await once(daemon.stderr, 'data')
  daemon.stderr.resume()
  const stop = async (): Promise<void> => {
    // git starts the daemon as a process of its own.
    process.kill(-(daemon.pid ?? 0))
    await once(daemon, 'exit')
  }
  return { url: `git://127.0.0.1:${port}/.git`, stop }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

describe('ADD', () => {
  test('unpacks tar, gzip, xz and zstd, and copies what only looks like one', async () => {
    const context = bench.context({ 'not.tar': 'text\n' })
    const plain = tarOf({ f: 'content\n' })
    const names = ['plain.tar', 'a.tar.gz', 'a.tar.xz', 'a.tar.zst']
    const packed = [plain, ...['gzip', 'xz', 'zstd'].map((tool) => execFileSync(tool, ['-c'], { input: plain }))]
    names.forEach((name, index) => writeFileSync(path.join(context, name), packed[index] ?? ''))
    const dest = await bench.files(
      `FROM scratch\n${names.map((name, index) => `ADD ${name} /${index}/`).join('\n')}\nADD not.tar /\nADD --unpack=false plain.tar /\nCOPY plain.tar /copied`,
      [],
      { context },
    )
    expect(names.map((_, index) => readFileSync(`${dest}/${index}/f`, 'utf8'))).toEqual(Array(4).fill('content\n'))
    expect(readFileSync(`${dest}/not.tar`, 'utf8')).toBe('text\n')
    expect([readFileSync(`${dest}/plain.tar`), readFileSync(`${dest}/copied`)]).toEqual([plain, plain])
  })

  test('downloads with mode 600 and the time of the server, and checks a checksum', async () => {
    const dest = await bench.files(
      `FROM scratch\nADD ${origin}/file.txt /\nADD --checksum=${sha256('downloaded\n')} --chmod=644 ${origin}/file.txt /named`,
    )
    expect(readFileSync(`${dest}/named`, 'utf8')).toBe('downloaded\n')
    expect(lstatSync(`${dest}/file.txt`).mode & 0o7777).toBe(0o600)
    expect(lstatSync(`${dest}/file.txt`).mtime.toISOString()).toBe('2001-02-03T04:05:06.000Z')
    const bad = await bench.tryBuild(`FROM scratch\nADD --checksum=${sha256('other')} ${origin}/file.txt /`)
    expect(bad.code).toBe(3)
    expect(bad.stderr).toContain(sha256('downloaded\n'))
  })

  test('takes a branch, a tag, a directory and the history of a git repository', async () => {
    const { dir, first } = repository()
    const { url, stop } = await serveRepository(dir)
    const dest = await bench
      .files(
        `FROM scratch\nADD ${url} /head\nADD ${url}#v1 /tag\nADD ${url}#main:sub /sub\nADD --keep-git-dir=true ${url}#${first} /kept`,
      )
      .finally(stop)
    const texts = ['head/sub/f', 'tag/sub/f', 'sub/f', 'kept/sub/f'].map((file) =>
      readFileSync(`${dest}/${file}`, 'utf8'),
    )
    expect(texts).toEqual(['two\n', 'one\n', 'two\n', 'one\n'])
    expect(['head', 'kept'].map((name) => existsSync(`${dest}/${name}/.git`))).toEqual([false, true])
    expect(run('git', '-c', `safe.directory=${dest}/kept`, '-C', `${dest}/kept`, 'rev-parse', 'HEAD').trim()).toBe(
      first,
    )
  })
})

describe('COPY', () => {
  const files = { 'a/x/1.txt': '1', 'a/y/2.txt': '2', 'a/y/3.log': '3', 'b/4.txt': '4', link: { link: 'b' } } as const
  const list = (dest: string): string[] => run('sh', '-c', `cd '${dest}' && find . ! -type d | sort`).trim().split('\n')

  test('keeps parents, leaves out what is excluded, and takes wildcards', async () => {
    expect(list(await bench.files('FROM scratch\nCOPY --parents a/*/*.txt b /\n', [], { files }))).toEqual([
      './a/x/1.txt',
      './a/y/2.txt',
      './b/4.txt',
    ])
    expect(list(await bench.files('FROM scratch\nCOPY --parents ./a/./y /\n', [], { files }))).toEqual([
      './y/2.txt',
      './y/3.log',
    ])
    expect(list(await bench.files('FROM scratch\nCOPY --exclude=**/*.log --exclude=x a /\n', [], { files }))).toEqual([
      './y/2.txt',
    ])
    expect(list(await bench.files('FROM scratch\nCOPY a/*/?.txt /d/\n', [], { files }))).toEqual([
      './d/1.txt',
      './d/2.txt',
    ])
  })

  test('sets owners by name and number, and modes in octal and symbols', async () => {
    const text = await bench.out(
      [
        'FROM bb',
        'COPY --chown=bob:staff b/4.txt /1',
        'COPY --chown=bob b/4.txt /2',
        'COPY --chown=7 b/4.txt /3',
        'COPY --chown=3000000:5 --chmod=4755 b/4.txt /4',
        'COPY --chmod=u=rwX,go= b /5',
        'RUN stat -c "%n %u:%g %a" /1 /2 /3 /4 /5/4.txt > /out',
      ].join('\n'),
      [],
      { files },
    )
    expect(text.trim().split('\n')).toEqual([
      '/1 1000:50 644',
      '/2 1000:1000 644',
      '/3 7:7 644',
      '/4 3000000:5 4755',
      '/5/4.txt 0:0 600',
    ])
  })

  test('copies links in directories as links, and writes through links of the destination', async () => {
    const dest = await bench.files(
      'FROM bb AS base\nRUN mkdir /real && ln -s real /alias\nFROM base\nCOPY . /all/\nCOPY b/ /alias/\nCOPY link /followed/',
      [],
      { files },
    )
    expect(readlinkSync(`${dest}/all/link`)).toBe('b')
    expect(readFileSync(`${dest}/real/4.txt`, 'utf8')).toBe('4')
    expect(readlinkSync(`${dest}/alias`)).toBe('real')
    expect(readFileSync(`${dest}/followed/4.txt`, 'utf8')).toBe('4')
  })
})

describe('a context', () => {
  test('is a Dockerfile or a tar on standard input, or a directory with the file on standard input', async () => {
    expect(await outOf(['-'], 'FROM bb\nRUN echo stdin > /out\n')).toBe('stdin\n')
    const files = { Dockerfile: 'FROM bb\nCOPY f /out\n', f: 'tar\n' }
    expect(await outOf(['-'], tarOf(files))).toBe('tar\n')
    expect(await outOf(['-'], tarOf(files, 'J'))).toBe('tar\n')
    expect(await outOf(['-f', '-', bench.context({ f: 'with -f -\n' })], 'FROM bb\nCOPY f /out\n')).toBe('with -f -\n')
  })

  test('is an archive or a repository somewhere else', async () => {
    expect(await outOf([`${origin}/context.tar.gz`])).toBe('tar url\n')
    const { url } = repository()
    expect(await outOf([`${url}#v1`])).toBe('one\n')
    expect(await outOf([`${url}#main:sub`])).toBe('two\n')
  })

  test('has names: a directory, an OCI layout, an image of a registry', async () => {
    storeImage(registry, 'team/base:1', fakeImage([tarOf({ f: 'registry\n' })]))
    const archive = bench.place('oci')
    await bench.build('FROM scratch\nCOPY f /f', ['-t', 'x:1', '-o', `type=oci,dest=${archive}`], {
      files: { f: 'layout\n' },
    })
    const layout = bench.place('layout')
    mkdirSync(layout)
    run('tar', '-xf', archive, '-C', layout)
    const text = await bench.out(
      'FROM layout AS l\nFROM image AS i\nFROM bb\nCOPY --from=dir f /1\nCOPY --from=l f /2\nCOPY --from=i f /3\nRUN cat /1 /2 /3 > /out',
      [
        '--build-context',
        `dir=${bench.context({ f: 'directory\n' })}`,
        '--build-context',
        `layout=oci-layout://${layout}`,
        '--build-context',
        `image=docker-image://${registry.host}/team/base:1`,
      ],
    )
    expect(text).toBe('directory\nlayout\nregistry\n')
  })
})
