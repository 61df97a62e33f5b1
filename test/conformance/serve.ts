import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Case, GitStep, Served } from './case-folder.ts'
import { bytesOf, writeFiles } from './write-files.ts'

/** A server on the loopback interface; `url` has no slash at its end. */
export interface CaseServer {
  readonly url: string
  close(): void
}

/**
 * Serves the `http` entries of a case, and below /git/ the repositories made in `repositories` as plain files, which git
 * calls the dumb protocol: both builders' git can read that.
 */
export async function serveCase(one: Case, repositories: string): Promise<CaseServer> {
  const served = new Map(
    Object.entries(one.spec.http ?? {}).map(([name, entry]) => [`/${name.replace(/^\//, '')}`, entry]),
  )
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const found = answerOf(served.get(decodeURI(pathname))) ?? gitFile(repositories, pathname)
    if (found === undefined) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, found.headers)
    response.end(request.method === 'HEAD' ? undefined : found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Makes `name.git`; with fixed authors and times, so that commits have the same names everywhere. */
export function makeRepository(repositories: string, name: string, steps: readonly GitStep[]): void {
  const work = path.join(repositories, `${name}.work`)
  const bare = path.join(repositories, `${name}.git`)
  mkdirSync(work, { recursive: true })
  git(work, ['init', '-q', '-b', 'main'])
  for (const [index, step] of steps.entries()) commitStep(repositories, work, { step, index })
  git(repositories, ['clone', '-q', '--bare', work, bare])
  git(bare, ['update-server-info'])
}

/** The commit that a revision of a repository names. */
export function commitOf(repositories: string, name: string, revision: string): string {
  return git(path.join(repositories, `${name}.git`), ['rev-parse', `${revision}^{commit}`]).trim()
}

function commitStep(
  repositories: string,
  work: string,
  { step, index }: { readonly step: GitStep; readonly index: number },
): void {
  if (step.branch !== undefined) {
    const known = git(work, ['branch', '--list', step.branch]) !== ''
    git(work, known ? ['checkout', '-q', step.branch] : ['checkout', '-q', '-b', step.branch])
  }
  for (const name of step.remove ?? []) rmSync(path.join(work, name), { recursive: true })
  writeFiles(work, step.files ?? {})
  for (const [place, name] of Object.entries(step.submodules ?? {}))
    git(work, ['submodule', 'add', '-q', `../${name}.git`, place], path.join(repositories, `${name}.git`))
  git(work, ['add', '-A'])
  if (step.files !== undefined || step.remove !== undefined || step.submodules !== undefined)
    git(work, ['commit', '-q', '-m', step.message ?? `step ${index + 1}`])
  if (step.tag !== undefined)
    git(work, step.annotated === true ? ['tag', '-a', '-m', step.tag, step.tag] : ['tag', step.tag])
}

const identity = {
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'file',
}

function git(cwd: string, args: readonly string[], origin?: string): string {
  // A relative address of a submodule is seen from the origin of the repository that has it.
  const remote = origin === undefined ? [] : ['-c', `remote.origin.url=${path.join(path.dirname(origin), 'x.git')}`]
  return execFileSync('git', [...remote, ...args], {
    cwd,
    env: { ...process.env, ...identity },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

interface Answer {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

function answerOf(served: Served | undefined): Answer | undefined {
  if (served === undefined) return undefined
  return { body: bytesOf(served), headers: typeof served === 'string' ? {} : (served.headers ?? {}) }
}

function gitFile(repositories: string, pathname: string): Answer | undefined {
  if (!pathname.startsWith('/git/') || pathname.includes('..')) return undefined
  const file = path.join(repositories, pathname.slice('/git/'.length))
  const exists = statSync(file, { throwIfNoEntry: false })?.isFile() === true
  return exists ? { body: readFileSync(file), headers: {} } : undefined
}
