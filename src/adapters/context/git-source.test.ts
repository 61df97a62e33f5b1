import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchGit, type GitRequest } from './index.ts'
import { writeTree } from '../../../test/kit/file-tree.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

const signal = new AbortController().signal

function run(directory: string, ...argv: readonly string[]): string {
  const identity = {
    GIT_AUTHOR_NAME: 't',
    GIT_AUTHOR_EMAIL: 't@t',
    GIT_COMMITTER_NAME: 't',
    GIT_COMMITTER_EMAIL: 't@t',
  }
  const dates = { GIT_AUTHOR_DATE: '@1000000000 +0000', GIT_COMMITTER_DATE: '@1000000000 +0000' }
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: 'file',
    ...identity,
    ...dates,
  }
  return execFileSync('git', ['-c', 'init.defaultBranch=main', ...argv], {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
}

interface Repository {
  readonly remote: string
  readonly directory: string
  readonly first: string
  readonly second: string
}

/** main: second commit; tag v1 (annotated): first commit; branch side: a third. */
function repository(): Repository {
  const directory = join(temporaryDirectory(), 'r.git')
  mkdirSync(directory)
  run(directory, 'init', '-q')
  writeTree(directory, { 'a.txt': 'one', 'sub/f': 'f', 'sub/x.sh': '#!/bin/sh\n' })
  chmodSync(join(directory, 'sub/x.sh'), 0o700)
  chmodSync(join(directory, 'a.txt'), 0o600)
  symlinkSync('a.txt', join(directory, 'l'))
  run(directory, 'add', '.')
  run(directory, 'commit', '-q', '-m', '1')
  run(directory, 'tag', '-a', '-m', 'v1', 'v1')
  const first = run(directory, 'rev-parse', 'HEAD')
  writeTree(directory, { 'a.txt': 'two' })
  run(directory, 'commit', '-q', '-a', '-m', '2')
  return { remote: `file://${directory}`, directory, first, second: run(directory, 'rev-parse', 'HEAD') }
}

function fetch(root: string, request: Partial<GitRequest> & { readonly remote: string }) {
  return fetchGit({ keepGitDir: false, submodules: true, ...request }, { root, signal })
}

describe('a git source', () => {
  it('is the default branch without a ref, checked out without git data', async () => {
    const { remote, second } = repository()
    const found = await fetch(temporaryDirectory(), { remote })
    expect(found.commit).toBe(second)
    expect(readdirSync(found.path).sort()).toEqual(['a.txt', 'l', 'sub'])
    expect(readFileSync(join(found.path, 'a.txt'), 'utf8')).toBe('two')
  })

  it('has permissions and times that do not depend on the machine', async () => {
    const { remote } = repository()
    const { path } = await fetch(temporaryDirectory(), { remote })
    const modes = ['', 'a.txt', 'sub', 'sub/x.sh'].map((name) => statSync(join(path, name)).mode & 0o7777)
    expect(modes).toEqual([0o755, 0o644, 0o755, 0o755])
    expect(['', 'a.txt', 'sub'].map((name) => statSync(join(path, name)).mtimeMs)).toEqual([1e12, 1e12, 1e12])
  })

  it.each(['v1', 'refs/tags/v1', 'tags/v1'])('is the commit of the annotated tag %s', async (ref) => {
    const { remote, first } = repository()
    expect((await fetch(temporaryDirectory(), { remote, ref })).commit).toBe(first)
  })

  it('may be a commit id, of a branch a depth-one fetch does not see', async () => {
    const { remote, first } = repository()
    const found = await fetch(temporaryDirectory(), { remote, ref: first })
    expect(readFileSync(join(found.path, 'a.txt'), 'utf8')).toBe('one')
  })

  it('prefers a branch to a tag of the same name', async () => {
    const { remote, directory, first, second } = repository()
    run(directory, 'branch', 'same', second)
    run(directory, 'tag', 'same', first)
    expect((await fetch(temporaryDirectory(), { remote, ref: 'same' })).commit).toBe(second)
  })

  it('may be a subdirectory, which names its content together with the commit', async () => {
    const { remote } = repository()
    const root = temporaryDirectory()
    const whole = await fetch(root, { remote })
    const part = await fetch(root, { remote, subdir: 'sub' })
    expect(readdirSync(part.path).sort()).toEqual(['f', 'x.sh'])
    expect(part.identity).not.toBe(whole.identity)
    await expect(fetch(root, { remote, subdir: '../../..' })).resolves.toMatchObject({
      path: expect.stringContaining(whole.commit),
    })
    await expect(fetch(root, { remote, subdir: 'none' })).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining('no directory none'),
    })
  })

  it('follows a branch that moved, and reuses a checkout without the remote', async () => {
    const { remote, directory, second } = repository()
    const root = temporaryDirectory()
    await fetch(root, { remote, ref: 'main' })
    writeTree(directory, { 'a.txt': 'three' })
    run(directory, 'commit', '-q', '-a', '-m', '3')
    expect(readFileSync(join((await fetch(root, { remote, ref: 'main' })).path, 'a.txt'), 'utf8')).toBe('three')
    run(directory, 'update-ref', '-d', 'HEAD')
    expect((await fetch(root, { remote, ref: second })).commit).toBe(second)
  })

  it('keeps git data on request', async () => {
    const { remote, first } = repository()
    const { path } = await fetch(temporaryDirectory(), { remote, ref: 'v1', keepGitDir: true })
    expect(run(path, '-c', 'safe.directory=*', 'rev-parse', 'HEAD')).toBe(first)
    expect(run(path, 'describe', '--tags')).toBe('v1')
    expect(run(path, 'status', '--porcelain')).toBe('')
  })

  it('brings submodules along unless told not to', async () => {
    const inner = repository()
    const { directory, remote } = repository()
    run(directory, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.remote, 'mod')
    run(directory, 'commit', '-q', '-m', 'sub')
    const root = temporaryDirectory()
    const withModules = await fetch(root, { remote })
    expect(readFileSync(join(withModules.path, 'mod/a.txt'), 'utf8')).toBe('two')
    expect(existsSync(join(withModules.path, 'mod/.git'))).toBe(false)
    const without = await fetch(root, { remote, submodules: false })
    expect(existsSync(join(without.path, 'mod/a.txt'))).toBe(false)
    expect(without.identity).not.toBe(withModules.identity)
  })

  it('brings submodules along from a web server that only has files', async () => {
    const inner = repository()
    const { directory } = repository()
    const files = createServer(({ url = '' }, response) => {
      const file = join(
        url.startsWith('/inner/') ? inner.directory : directory,
        '.git',
        url.replace(/^\/\w+\/|\?.*$/g, ''),
      )
      if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) response.end(readFileSync(file))
      else response.writeHead(404).end()
    })
    onTestFinished(() => void files.close())
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
    run(directory, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.remote, 'mod')
    run(directory, 'config', '-f', '.gitmodules', 'submodule.mod.url', `${url}/inner/`)
    run(directory, 'commit', '-q', '-a', '-m', 'sub')
    for (const each of [inner.directory, directory]) run(each, 'update-server-info')
    const { path } = await fetch(temporaryDirectory(), { remote: `${url}/outer/` })
    expect(readFileSync(join(path, 'mod/a.txt'), 'utf8')).toBe('two')
  })

  it('compares the checksum with the commit, full or its beginning', async () => {
    const { remote, second } = repository()
    const root = temporaryDirectory()
    await expect(fetch(root, { remote, checksum: second })).resolves.toMatchObject({ commit: second })
    await expect(fetch(root, { remote, checksum: second.slice(0, 8).toUpperCase() })).resolves.toMatchObject({
      commit: second,
    })
    await expect(fetch(root, { remote, checksum: '0'.repeat(40) })).rejects.toMatchObject({ code: 'checksum-mismatch' })
    await expect(fetch(root, { remote, checksum: 'nonsense' })).rejects.toMatchObject({ code: 'bad-option-value' })
  })

  it('says what is wrong with a ref or a remote', async () => {
    const { remote, directory } = repository()
    const root = temporaryDirectory()
    await expect(fetch(root, { remote, ref: 'nope' })).rejects.toMatchObject({
      code: 'git-failed',
      message: `the repository ${remote} has no ref nope`,
    })
    await expect(fetch(root, { remote: `file://${directory}x` })).rejects.toMatchObject({
      code: 'git-failed',
      message: expect.stringContaining('cannot fetch'),
    })
    await expect(fetch(root, { remote, ref: '--upload-pack=evil' })).rejects.toMatchObject({ code: 'git-failed' })
  })

  it('serves two fetches of one repository at a time', async () => {
    const { remote, first, second } = repository()
    const root = temporaryDirectory()
    const found = await Promise.all([first, second, 'v1', 'main', second].map((ref) => fetch(root, { remote, ref })))
    expect(found.map(({ commit }) => commit)).toEqual([first, second, first, second, second])
    expect(readdirSync(join(root, 'checkouts')).filter((name) => name.startsWith('tmp-'))).toEqual([])
  })
})
