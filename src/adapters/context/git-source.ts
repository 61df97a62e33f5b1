import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Digest, digestOf, type GitSource, nearest, SlipwayError } from '../../core/index.ts'
import { type GitCommandOptions, git } from './git-command.ts'
import { checkCommit, inRemote, isCommit, type ResolvedRef, resolveRef } from './git-refs.ts'
import { type GitRemote, gitRemote } from './git-remote.ts'
import { markUsed } from './mark-used.ts'
import { redactUrls } from './redact.ts'
import type { SourceAccess } from './source-access.ts'

export interface GitRequest extends GitSource {
  readonly keepGitDir: boolean
  readonly submodules: boolean
}

export interface GitCheckout {
  /** The directory with the files, `subdir` applied. */
  readonly path: string
  readonly commit: string
  /** When it was committed, in seconds. */
  readonly time: number
  /** Covers the commit, the subdirectory and the kind of checkout. */
  readonly identity: Digest
}

export interface SourceStore {
  /** Directory for what is kept between builds. */
  readonly root: string
  readonly signal: AbortSignal
  readonly access?: SourceAccess
  /** Told each file or directory that is kept between builds, before it is looked for. */
  readonly hold?: (path: string) => void
}

/**
 * Checks out a repository. The remote is asked for the commit of the ref, only that commit is fetched (into a bare
 * repository that later builds share) and the checkout is kept by commit. Files are 0644 or 0755, with the time of
 * the commit unless `mtime` asks for that of the checkout. Throws `git-failed`, `checksum-mismatch`.
 */
export async function fetchGit(request: GitRequest, store: SourceStore): Promise<GitCheckout> {
  checkRequest(request)
  const remote = gitRemote(request.remote, store.access)
  const asking = { remote, ...options(remote, store), cwd: store.root }
  mkdirSync(store.root, { recursive: true })
  const resolved = await resolveRef(request, asking)
  checkCommit(request, remote, resolved)
  const kind = kindOf(request)
  const origin = request.keepGitDir || request.submodules ? `-${shortHash(remote.url)}` : ''
  const directory = join(store.root, 'checkouts', `${resolved.commit}${origin}${kind}`)
  store.hold?.(directory)
  if (!existsSync(directory)) await makeCheckout(directory, { request, remote, store, resolved })
  else markUsed(directory)
  const path = subdirectory(directory, request, remote)
  const identity = digestOf(JSON.stringify(['git', resolved.commit, request.subdir ?? '', kind, origin]))
  return { path, commit: resolved.commit, time: Math.floor(statSync(directory).mtimeMs / 1000), identity }
}

/** What makes checkouts of one commit differ. */
function kindOf({ keepGitDir, submodules, mtime }: GitRequest): string {
  return `${keepGitDir ? '+git' : ''}${submodules ? '' : '-submodules'}${mtime === 'checkout' ? '+now' : ''}`
}

function checkRequest({ remote, ref, checksum, fetchByCommit }: GitRequest): void {
  if (remote.startsWith('-') || ref?.startsWith('-') === true) {
    throw new SlipwayError('git-failed', `not a repository or ref: ${redactUrls(remote)} ${ref ?? ''}`)
  }
  if (checksum !== undefined && !/^[0-9a-f]{7,64}$/i.test(checksum)) {
    throw new SlipwayError(
      'bad-option-value',
      `the checksum of a git source must be a commit id of at least 7 hex digits: ${checksum}`,
    )
  }
  if (fetchByCommit === true && !isCommit(checksum ?? '')) {
    throw new SlipwayError('bad-option-value', `fetch-by-commit needs the whole commit id as checksum`, {
      hint: 'add &checksum=COMMIT with all of its digits',
    })
  }
}

interface Checkout {
  readonly request: GitRequest
  readonly remote: GitRemote
  readonly store: SourceStore
  readonly resolved: ResolvedRef
}

/** Builds the checkout beside its final place and renames it there, so that it is never half there. */
async function makeCheckout(final: string, checkout: Checkout): Promise<void> {
  const { request, remote, store, resolved } = checkout
  const repository = await fetchCommit(checkout)
  const work = join(store.root, 'checkouts', `tmp-${randomUUID()}`)
  const inWork = { ...options(remote, store), cwd: work }
  mkdirSync(work, { recursive: true })
  try {
    await git(['init', '-q', ...objectFormat(resolved.commit)], inWork)
    await git(['remote', 'add', 'origin', remote.url], inWork)
    await git(['fetch', '-q', '--depth=1', '--no-tags', repository, resolved.commit], {
      ...inWork,
      protocols: `${inWork.protocols}:file`,
    })
    await git(['-c', 'advice.detachedHead=false', 'checkout', '-q', '-f', resolved.commit], inWork)
    if (request.keepGitDir && resolved.ref?.startsWith('refs/tags/') === true)
      await git(['update-ref', resolved.ref, resolved.commit], inWork)
    if (request.submodules && existsSync(join(work, '.gitmodules'))) {
      await inRemote(remote, () => updateSubmodules(inWork))
    }
    const committed = Number(await git(['show', '-s', '--format=%ct', resolved.commit], inWork))
    const time = request.mtime === 'checkout' ? Date.now() / 1000 : committed
    settle(work, { time, keepGitDir: request.keepGitDir })
    lutimesSync(work, committed, committed)
    renameSync(work, final)
  } catch (error) {
    rmSync(work, { recursive: true, force: true })
    if (!existsSync(final)) throw error
  }
}

async function updateSubmodules(inWork: GitCommandOptions): Promise<void> {
  const update = ['submodule', 'update', '-q', '--init', '--recursive']
  try {
    await git([...update, '--depth=1'], inWork)
  } catch (error) {
    // A repository that a web server offers as plain files has no part to be had by itself.
    if (!(error instanceof SlipwayError) || !error.notes.some((note) => note.includes('dumb http transport')))
      throw error
    await git(update, inWork)
  }
}

/** Fetches the commit into the bare repository of the remote, unless it is there, and returns its path. */
async function fetchCommit(checkout: Checkout): Promise<string> {
  const { remote, store, resolved } = checkout
  const repository = join(store.root, 'repositories', `${shortHash(remote.url)}-${resolved.commit.length}`)
  store.hold?.(repository)
  await oneAtATime(repository, async () => {
    if (!existsSync(repository)) await makeRepository(repository, checkout)
    else markUsed(repository)
    const inRepository = { ...options(remote, store), cwd: repository }
    if (!(await holds(resolved.commit, inRepository))) await fetchInto(repository, checkout)
  })
  return repository
}

async function holds(commit: string, inRepository: GitCommandOptions): Promise<boolean> {
  return git(['cat-file', '-e', `${commit}^{tree}`], inRepository).then(
    () => true,
    () => false,
  )
}

async function fetchInto(repository: string, { remote, store, resolved }: Checkout): Promise<void> {
  const { commit, ref } = resolved
  const inRepository = { ...options(remote, store), cwd: repository }
  // By commit first, because the ref may have moved on. Servers that serve no bare commit ids are asked for the ref, and
  // where there is none for every branch and tag; those that only have files cannot give a part of the history.
  const everything = ['refs/heads/*:refs/all/heads/*', 'refs/tags/*:refs/all/tags/*']
  const wanted = ref === undefined ? everything : [`${ref}:refs/slipway/${commit}`]
  const attempts = [
    ['--depth=1', [`${commit}:refs/slipway/${commit}`]],
    ...(ref === undefined ? [] : [['--depth=1', wanted] as const]),
    ['--update-shallow', wanted],
  ] as const
  for (const [index, [how, refs]] of attempts.entries()) {
    try {
      const argv = ['fetch', '-q', '--force', '--no-tags', how, '--', remote.url, ...refs]
      await inRemote(remote, () => git(argv, inRepository))
      if (await holds(commit, inRepository)) return
    } catch (error) {
      if (index === attempts.length - 1 || store.signal.aborted || !isAboutDepth(error)) throw error
    }
  }
  throw new SlipwayError('git-failed', `the repository ${remote.shown} has no commit ${commit}`, {
    hint: 'a commit that no branch and no tag leads to can only be had from some servers',
  })
}

/** Whether another way of asking may help: it does not when nobody answers or credentials are missing. */
function isAboutDepth(error: unknown): boolean {
  return error instanceof SlipwayError && !error.retryable && error.hint === undefined
}

/** Made elsewhere and renamed: another build either finds a whole repository or none. */
async function makeRepository(repository: string, { remote, store, resolved }: Checkout): Promise<void> {
  const work = `${repository}.tmp-${randomUUID()}`
  const inWork = { ...options(remote, store), cwd: work }
  mkdirSync(work, { recursive: true })
  try {
    await git(['init', '-q', '--bare', ...objectFormat(resolved.commit)], inWork)
    await git(['config', 'uploadpack.allowAnySHA1InWant', 'true'], inWork)
    renameSync(work, repository)
  } catch (error) {
    rmSync(work, { recursive: true, force: true })
    if (!existsSync(repository)) throw error
  }
}

const queues = new Map<string, Promise<unknown>>()

/** Fetches into one repository wait for each other: git gives up when two change the list of shallow commits. */
async function oneAtATime<T>(key: string, action: () => Promise<T>): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve()
  const result = before.then(action, action)
  queues.set(key, result)
  try {
    return await result
  } finally {
    if (queues.get(key) === result) queues.delete(key)
  }
}

function options({ url, config, env }: GitRemote, { signal }: SourceStore): Omit<GitCommandOptions, 'cwd'> {
  return { signal, config, env, protocols: /^file:/i.test(url) ? 'https:http:ssh:git:file' : 'https:http:ssh:git' }
}

/** Removes git's own files, and gives every file the permissions and time that do not depend on this machine. */
function settle(root: string, { time, keepGitDir }: { readonly time: number; readonly keepGitDir: boolean }): void {
  const visit = (directory: Buffer): void => {
    for (const name of readdirSync(directory, { encoding: 'buffer' })) {
      const path = Buffer.concat([directory, Buffer.from('/'), name])
      const stats = lstatSync(path)
      if (!keepGitDir && name.equals(gitName)) rmSync(path, { recursive: true, force: true })
      else if (stats.isDirectory()) visit(path)
      else {
        if (stats.isFile()) chmodSync(path, (stats.mode & 0o100) === 0 ? 0o644 : 0o755)
        lutimesSync(path, time, time)
      }
    }
    chmodSync(directory, 0o755)
    lutimesSync(directory, time, time)
  }
  visit(Buffer.from(root))
}

const gitName = Buffer.from('.git')

function subdirectory(checkout: string, { subdir }: GitRequest, { shown }: GitRemote): string {
  if (subdir === undefined || subdir === '') return checkout
  const root = realpathSync(checkout)
  const path = join(root, join('/', subdir))
  const real = existsSync(path) ? realpathSync(path) : undefined
  const inside = real !== undefined && (real === root || real.startsWith(`${root}/`))
  if (inside && statSync(real).isDirectory()) return real
  const near = nearest(subdir, directoriesBelow(root, subdir.split('/').length))
  const hint = near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }
  throw new SlipwayError('git-failed', `the repository ${shown} has no directory ${subdir}`, hint)
}

/** Paths of directories, not deeper than `depth`, for a suggestion. */
function directoriesBelow(root: string, depth: number, prefix = ''): readonly string[] {
  if (depth === 0) return []
  return readdirSync(join(root, prefix), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== '.git')
    .flatMap(({ name }) => [join(prefix, name), ...directoriesBelow(root, depth - 1, join(prefix, name))])
}

function objectFormat(commit: string): readonly string[] {
  return commit.length === 64 ? ['--object-format=sha256'] : []
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}
