import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bytes } from '../../archive/index.ts'
import { type Digest, type GitSource, parseGitContext, SlipwayError, type Source } from '../../core/index.ts'
import { sniffStream } from './context-stream.ts'
import { extractTar, keepsOwners } from './extract-tar.ts'
import { type DockerfileSearch, findDockerfile } from './find-dockerfile.ts'
import { fetchGit, type SourceStore } from './git-source.ts'
import { type HttpAnswer, httpGet } from './http-get.ts'
import { redactUrls } from './redact.ts'
import type { SourceAccess } from './source-access.ts'

export interface ContextRequest extends SourceStore {
  /** The last argument of a build: a directory, `-`, or a URL. */
  readonly context: string
  /** `-f`. */
  readonly file?: string
  /** A git context keeps its `.git`, as when its URL asks for it. */
  readonly keepGitDir?: boolean
  readonly cwd: string
  readonly stdin: () => Bytes
  /** An existing directory of this build for what has to be unpacked; the caller removes it. */
  readonly scratch: string
  /** What servers are shown. */
  readonly access: SourceAccess
  /** Certificate authorities besides those that Node brings along, as PEM. */
  readonly authorities: () => Promise<readonly string[]>
}

/** The main context of a build with its Dockerfile. */
export interface OpenedContext {
  /** Where the files are; an empty directory where there is only a Dockerfile. */
  readonly path: string
  readonly source: Source
  /** The ignore file to apply; only local directories have one. */
  readonly ignoreFile?: Source
  /** `directory` is the user's own; the others are ours and do not change during the build. */
  readonly kind: 'directory' | 'archive' | 'git' | 'none'
  /** The files have owners that count: those of an archive. */
  readonly owned?: boolean
  /** Names the content of a git context. */
  readonly identity?: Digest
  /** Of a git context. */
  readonly commit?: string
  /** What SOURCE_DATE_EPOCH=context stands for, in seconds: the commit, Last-Modified, or the newest file of an archive. */
  readonly epoch?: number
}

/**
 * Opens what a build gets as its context: a directory, `-` (a tar, also compressed, or a Dockerfile on standard input), a
 * git repository, or the URL of an archive or a Dockerfile. Throws `context-unreadable`, `dockerfile-missing`,
 * `git-failed`, `download-failed`, `bad-archive`.
 */
export async function openContext(request: ContextRequest): Promise<OpenedContext> {
  if (request.context === '-') {
    if (request.file === '-')
      throw new SlipwayError('usage', 'standard input cannot be both the Dockerfile and the context')
    return openStream(request, request.stdin(), '-')
  }
  const isDirectory = isLocal(request)
  const git = isDirectory ? undefined : parseGitContext(request.context)
  if (git !== undefined && 'error' in git)
    throw new SlipwayError('bad-option-value', `the context ${redactUrls(request.context)}: ${git.error}`)
  if (git !== undefined) return openGit(request, git.git)
  if (isHttp(request.context)) {
    const { body, header } = await download(request.context, request)
    const modified = Math.floor(Date.parse(header('last-modified') ?? '') / 1000)
    const opened = await openStream(request, body, redactUrls(request.context))
    return Number.isNaN(modified) ? opened : { ...opened, epoch: modified }
  }
  return openLocal(request, isDirectory)
}

async function openGit(request: ContextRequest, { keepGitDir = false, submodules = true, ...git }: GitSource) {
  const keep = keepGitDir || request.keepGitDir === true
  const { path, identity, commit, time } = await fetchGit({ ...git, keepGitDir: keep, submodules }, request)
  return { path, kind: 'git', identity, commit, epoch: time, ...(await dockerfileIn(path, request)) } as const
}

function download(url: string, { signal, access, authorities }: ContextRequest): Promise<HttpAnswer> {
  const authorization = access.http(url)
  return httpGet(url, {
    signal,
    headers: {},
    authorities,
    ...(authorization === undefined ? {} : { authorization }),
  })
}

function isHttp(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

function isLocal({ context, cwd }: ContextRequest): boolean {
  return statSync(resolve(cwd, context), { throwIfNoEntry: false })?.isDirectory() === true
}

async function openLocal(request: ContextRequest, isDirectory: boolean): Promise<OpenedContext> {
  const path = resolve(request.cwd, request.context)
  if (!isDirectory) {
    const exists = statSync(path, { throwIfNoEntry: false }) !== undefined
    throw new SlipwayError(
      'context-unreadable',
      exists ? `the context ${request.context} is not a directory` : `there is no directory ${request.context}`,
      {
        hint: exists
          ? `to use an archive as the context, write: slipway build - < ${request.context}`
          : 'the last argument of a build is its context directory',
      },
    )
  }
  const found = await findDockerfile({ context: path, cwd: request.cwd, remote: false, ...(await fileOption(request)) })
  return { path, kind: 'directory', ...found, ...named(request, found) }
}

/** The stream is a context, or a Dockerfile without a context. */
async function openStream(request: ContextRequest, chunks: Bytes, name: string): Promise<OpenedContext> {
  const path = join(request.scratch, 'context')
  mkdirSync(path, { recursive: true })
  const sniffed = await sniffStream(chunks)
  if (sniffed.kind === 'tar') {
    const newest = await extractTar(sniffed.tar, path)
    const epoch = newest === undefined ? {} : { epoch: newest }
    return { path, kind: 'archive', owned: keepsOwners(), ...epoch, ...(await dockerfileIn(path, request)) }
  }
  if (sniffed.bytes.length === 0)
    throw new SlipwayError('dockerfile-missing', `${name === '-' ? 'standard input' : name} is empty`)
  return { path, kind: 'none', source: { path: name, text: Buffer.from(sniffed.bytes).toString('utf8') } }
}

/** In a foreign context `-f` names a file of the context, except that `-` is still standard input. */
async function dockerfileIn(path: string, request: ContextRequest): Promise<{ readonly source: Source }> {
  const found = await findDockerfile({ context: path, cwd: request.cwd, remote: true, ...(await fileOption(request)) })
  return { source: found.source, ...named(request, found) }
}

/** `-f` as a path, or the text that `-` and URLs stand for. */
async function fileOption(request: ContextRequest): Promise<Pick<DockerfileSearch, 'file' | 'stdin'>> {
  const { file } = request
  if (file === undefined) return {}
  if (file === '-') return { file, stdin: () => collect(request.stdin()) }
  if (!isHttp(file)) return { file }
  const { body } = await download(file, request)
  return { file: '-', stdin: () => collect(body) }
}

/** A downloaded Dockerfile is called by its address. */
function named({ file }: ContextRequest, { source }: { readonly source: Source }): { readonly source?: Source } {
  return file !== undefined && isHttp(file) ? { source: { ...source, path: redactUrls(file) } } : {}
}

async function collect(chunks: Bytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
