import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import path from 'node:path'
import { writeTree } from './file-tree.ts'

export interface TestRepository {
  /** The directory above `app.git`. */
  readonly directory: string
  /** Commits: `first` has the tag v1, `second` is main. */
  readonly first: string
  readonly second: string
}

/** The time of both commits, in seconds. */
export const commitTime = 1_000_000_000

/** Makes `app.git` below a directory: a Dockerfile, `f` (one, then two) and `sub/` with a Dockerfile of its own. */
export function makeRepository(directory: string): TestRepository {
  const where = path.join(directory, 'app.git')
  const dockerfile = 'FROM bb\nCOPY f /out\n'
  writeTree(where, { Dockerfile: dockerfile, f: 'one\n', 'sub/Dockerfile': dockerfile, 'sub/f': 'sub\n' })
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'init.defaultBranch=main', '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: where,
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_DATE: `@${commitTime} +0000`,
        GIT_COMMITTER_DATE: `@${commitTime} +0000`,
      },
    }).trim()
  git('init', '-q')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  git('tag', '-a', '-m', 'v1', 'v1')
  const first = git('rev-parse', 'HEAD')
  writeTree(where, { f: 'two\n' })
  git('commit', '-q', '-a', '-m', 'two')
  git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  return { directory, first, second: git('rev-parse', 'HEAD') }
}

/** Serves the repositories below a directory as web servers do, by git's own CGI program. Without the header it answers 401. */
export function gitOverHttp(directory: string, authorization?: string): RequestListener {
  return (request, response) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return
    }
    const [pathname = '', query = ''] = (request.url ?? '').split('?')
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: directory,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        PATH_INFO: pathname,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
    })
    request.pipe(child.stdin)
    answer(child, response)
  }
}

/** Writes a stand-in for ssh that runs what it is asked to run on this machine. Returns its path. */
export function fakeSsh(directory: string, failure?: string): string {
  const script = path.join(directory, 'ssh')
  const work =
    failure === undefined ? 'for last; do :; done\nexec sh -c "$last"\n' : `echo '${failure}' >&2\nexit 255\n`
  writeFileSync(script, `#!/bin/sh\n${work}`)
  chmodSync(script, 0o755)
  return script
}

/** What a CGI program prints: headers, an empty line, the body. */
function answer(child: ChildProcess, response: ServerResponse<IncomingMessage>): void {
  const parts: Buffer[] = []
  child.stdout?.on('data', (part: Buffer) => parts.push(part))
  child.on('close', () => {
    const output = Buffer.concat(parts)
    const end = output.indexOf('\r\n\r\n')
    const headers = output.subarray(0, end).toString('latin1').split('\r\n').map(headerOf)
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
    response.end(output.subarray(end + 4))
  })
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}
