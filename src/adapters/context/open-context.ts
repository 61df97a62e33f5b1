import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bytes } from '../../archive/index.ts'
import { type Digest, SlipwayError, type Source } from '../../core/index.ts'
import { sniffStream } from './context-stream.ts'
import { extractTar } from './extract-tar.ts'
import { findDockerfile } from './find-dockerfile.ts'
import { fetchGit, type SourceStore } from './git-source.ts'
import { parseGitUrl } from './git-url.ts'
import { httpGet } from './http-get.ts'
import { redactUrls } from './redact.ts'

export interface ContextRequest extends SourceStore {
  /** The last argument of a build: a directory, `-`, or a URL. */
  readonly context: string
  /** `-f`. */
  readonly file?: string
  readonly cwd: string
  readonly stdin: () => Bytes
  /** An existing directory of this build for what has to be unpacked; the caller removes it. */
  readonly scratch: string
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
  /** Names the content of a git context. */
  readonly identity?: Digest
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
  const git = parseGitUrl(request.context)
  if (git.kind === 'bad') throw new SlipwayError('usage', `bad git URL ${redactUrls(request.context)}: ${git.message}`)
  const isDirectory = isLocal(request)
  if (git.kind === 'git' && !isDirectory) {
    const { reference } = git
    const fetched = await fetchGit(
      { ...reference, keepGitDir: reference.keepGitDir ?? false, submodules: reference.submodules ?? true },
      request,
    )
    return {
      path: fetched.path,
      kind: 'git',
      identity: fetched.identity,
      ...(await dockerfileIn(fetched.path, request)),
    }
  }
  if (/^https?:\/\//i.test(request.context)) {
    const { body } = await httpGet(request.context, { signal: request.signal, headers: {} })
    return openStream(request, body, redactUrls(request.context))
  }
  return openLocal(request, isDirectory)
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
  const found = await findDockerfile({
    context: path,
    cwd: request.cwd,
    remote: false,
    stdin: () => collect(request.stdin()),
    ...fileOption(request),
  })
  return { path, kind: 'directory', ...found }
}

/** The stream is a context, or a Dockerfile without a context. */
async function openStream(request: ContextRequest, chunks: Bytes, name: string): Promise<OpenedContext> {
  const path = join(request.scratch, 'context')
  mkdirSync(path, { recursive: true })
  const sniffed = await sniffStream(chunks)
  if (sniffed.kind === 'tar') {
    await extractTar(sniffed.tar, path)
    return { path, kind: 'archive', ...(await dockerfileIn(path, request)) }
  }
  if (sniffed.bytes.length === 0)
    throw new SlipwayError('dockerfile-missing', `${name === '-' ? 'standard input' : name} is empty`)
  return { path, kind: 'none', source: { path: name, text: Buffer.from(sniffed.bytes).toString('utf8') } }
}

/** In a foreign context `-f` names a file of the context, except that `-` is still standard input. */
async function dockerfileIn(path: string, request: ContextRequest): Promise<{ readonly source: Source }> {
  const stdin = (): Promise<Uint8Array> => collect(request.stdin())
  const { source } = await findDockerfile({
    context: path,
    cwd: request.cwd,
    remote: true,
    stdin,
    ...fileOption(request),
  })
  return { source }
}

function fileOption({ file }: ContextRequest): { readonly file?: string } {
  return file === undefined ? {} : { file }
}

async function collect(chunks: Bytes): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}
