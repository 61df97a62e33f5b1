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
import { type Digest, digestOf, SlipwayError } from '../../core/index.ts'
import { type GitCommandOptions, git } from './git-command.ts'
import { redactUrls } from './redact.ts'

export interface GitRequest {
  readonly remote: string
  readonly ref?: string
  /** Relative directory in the repository. */
  readonly subdir?: string
  readonly keepGitDir: boolean
  readonly submodules: boolean
  /** Expected commit: full or its beginning, in hex. */
  readonly checksum?: string
}

export interface GitCheckout {
  /** The directory with the files, `subdir` applied. */
  readonly path: string
  readonly commit: string
  /** Covers the commit, the subdirectory and the kind of checkout. */
  readonly identity: Digest
}

export interface SourceStore {
  /** Directory for what is kept between builds. */
  readonly root: string
  readonly signal: AbortSignal
}

interface Resolved {
  readonly commit: string
  /** Full name of the ref; undefined where a commit was asked for. */
  readonly ref: string | undefined
  /** The object an annotated tag is itself. */
  readonly tag?: string
}

/**
 * Checks out a repository. The remote is asked for the commit of the ref, only that commit is fetched (into a bare
 * repository that later builds share) and the checkout is kept by commit. Files are 0644 or 0755, with the time of
 * the commit. Throws `git-failed`, `checksum-mismatch`.
 */
export async function fetchGit(request: GitRequest, store: SourceStore): Promise<GitCheckout> {
  checkRequest(request)
  const resolved = await resolveRef(request, store)
  checkCommit(request, resolved)
  const kind = `${request.keepGitDir ? '+git' : ''}${request.submodules ? '' : '-submodules'}`
  const origin = request.keepGitDir || request.submodules ? `-${shortHash(request.remote)}` : ''
  const checkout = join(store.root, 'checkouts', `${resolved.commit}${origin}${kind}`)
  if (!existsSync(checkout)) await makeCheckout(checkout, { request, store, resolved })
  const path = subdirectory(checkout, request)
  const identity = digestOf(JSON.stringify(['git', resolved.commit, request.subdir ?? '', kind, origin]))
  return { path, commit: resolved.commit, identity }
}

function checkRequest({ remote, ref, checksum }: GitRequest): void {
  if (remote.startsWith('-') || ref?.startsWith('-') === true) {
    throw new SlipwayError('git-failed', `not a repository or ref: ${redactUrls(remote)} ${ref ?? ''}`)
  }
  if (checksum !== undefined && !/^[0-9a-f]{7,64}$/i.test(checksum)) {
    throw new SlipwayError(
      'bad-option-value',
      `the checksum of a git source must be a commit id of at least 7 hex digits: ${checksum}`,
    )
  }
}

async function resolveRef(request: GitRequest, store: SourceStore): Promise<Resolved> {
  const ref = request.ref ?? 'HEAD'
  if (isCommit(ref)) return { commit: ref.toLowerCase(), ref: undefined }
  mkdirSync(store.root, { recursive: true })
  const answer = await inRemote(request, () =>
    git(['ls-remote', '--', request.remote, ref, `${ref}^{}`], { ...options(request, store), cwd: store.root }),
  )
  const found = new Map(answer.split('\n').map((line) => line.split('\t').reverse() as [string, string]))
  const tagRef = `refs/tags/${ref.replace(/^refs\/tags\//, '')}`
  const candidates = [ref, `refs/${ref.replace(/^refs\//, '')}`, `refs/heads/${ref.replace(/^refs\/heads\//, '')}`]
  const name =
    candidates.find((candidate) => found.has(candidate) && candidate !== tagRef) ??
    (found.has(tagRef) ? tagRef : undefined)
  const object = name === undefined ? undefined : found.get(name)
  if (name === undefined || object === undefined) {
    throw new SlipwayError('git-failed', `the repository ${redactUrls(request.remote)} has no ref ${ref}`)
  }
  const peeled = found.get(`${name}^{}`)
  return peeled === undefined ? { commit: object, ref: name } : { commit: peeled, ref: name, tag: object }
}

function checkCommit({ checksum, remote }: GitRequest, { commit, tag }: Resolved): void {
  const wanted = checksum?.toLowerCase()
  if (wanted === undefined || commit.startsWith(wanted) || tag?.startsWith(wanted) === true) return
  throw new SlipwayError('checksum-mismatch', `expected commit ${wanted} of ${redactUrls(remote)}, got ${commit}`)
}

interface Checkout {
  readonly request: GitRequest
  readonly store: SourceStore
  readonly resolved: Resolved
}

/** Builds the checkout beside its final place and renames it there, so that it is never half there. */
async function makeCheckout(final: string, checkout: Checkout): Promise<void> {
  const { request, store, resolved } = checkout
  const repository = await fetchCommit(checkout)
  const work = join(store.root, 'checkouts', `tmp-${randomUUID()}`)
  const inWork = { ...options(request, store), cwd: work }
  mkdirSync(work, { recursive: true })
  try {
    await git(['init', '-q', ...objectFormat(resolved.commit)], inWork)
    await git(['remote', 'add', 'origin', request.remote], inWork)
    await git(['fetch', '-q', '--depth=1', '--no-tags', repository, resolved.commit], {
      ...inWork,
      protocols: `${inWork.protocols}:file`,
    })
    await git(['-c', 'advice.detachedHead=false', 'checkout', '-q', '-f', resolved.commit], inWork)
    if (request.keepGitDir && resolved.ref?.startsWith('refs/tags/') === true)
      await git(['update-ref', resolved.ref, resolved.commit], inWork)
    if (request.submodules && existsSync(join(work, '.gitmodules'))) {
      await inRemote(request, () => updateSubmodules(inWork))
    }
    const time = Number(await git(['show', '-s', '--format=%ct', resolved.commit], inWork))
    settle(work, { time, keepGitDir: request.keepGitDir })
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
  const { request, store, resolved } = checkout
  const repository = join(store.root, 'repositories', `${shortHash(request.remote)}-${resolved.commit.length}`)
  await oneAtATime(repository, async () => {
    if (!existsSync(repository)) await makeRepository(repository, checkout)
    const inRepository = { ...options(request, store), cwd: repository }
    const present = await git(['cat-file', '-e', `${resolved.commit}^{tree}`], inRepository).then(
      () => true,
      () => false,
    )
    if (!present) await fetchInto(repository, checkout)
  })
  return repository
}

async function fetchInto(repository: string, { request, store, resolved }: Checkout): Promise<void> {
  const { commit, ref } = resolved
  const inRepository = { ...options(request, store), cwd: repository }
  const fetch = (depth: readonly string[], refs: readonly string[]): Promise<string> =>
    inRemote(request, () =>
      git(['fetch', '-q', '--force', '--no-tags', ...depth, '--', request.remote, ...refs], inRepository),
    )
  try {
    await fetch(['--depth=1'], [`${commit}:refs/slipway/${commit}`])
  } catch (error) {
    if (store.signal.aborted) throw error
    // By commit first, because the ref may have moved on. Servers that serve no bare commit ids are asked for the ref,
    // and where there is none for every branch and tag.
    if (ref === undefined) await fetch([], ['refs/heads/*:refs/all/heads/*', 'refs/tags/*:refs/all/tags/*'])
    else await fetch(['--depth=1'], [`${ref}:refs/slipway/${commit}`])
  }
}

/** Made elsewhere and renamed: another build either finds a whole repository or none. */
async function makeRepository(repository: string, { request, store, resolved }: Checkout): Promise<void> {
  const work = `${repository}.tmp-${randomUUID()}`
  const inWork = { ...options(request, store), cwd: work }
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

function options(
  { remote }: GitRequest,
  { signal }: SourceStore,
): { readonly signal: AbortSignal; readonly protocols: string } {
  return { signal, protocols: /^file:/i.test(remote) ? 'https:http:ssh:git:file' : 'https:http:ssh:git' }
}

async function inRemote<T>({ remote }: GitRequest, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'git-failed') throw error
    throw new SlipwayError('git-failed', `cannot fetch ${redactUrls(remote)}: ${error.message}`, {
      notes: error.notes,
      retryable: error.retryable,
      cause: error,
    })
  }
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

function subdirectory(checkout: string, { subdir, remote }: GitRequest): string {
  if (subdir === undefined || subdir === '') return checkout
  const root = realpathSync(checkout)
  const path = join(root, join('/', subdir))
  const real = existsSync(path) ? realpathSync(path) : undefined
  const inside = real !== undefined && (real === root || real.startsWith(`${root}/`))
  if (!inside || !statSync(real).isDirectory()) {
    throw new SlipwayError('git-failed', `the repository ${redactUrls(remote)} has no directory ${subdir}`)
  }
  return real
}

function objectFormat(commit: string): readonly string[] {
  return commit.length === 64 ? ['--object-format=sha256'] : []
}

function isCommit(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}
