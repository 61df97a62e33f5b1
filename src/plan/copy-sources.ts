import { type Digest, downloadName, type GitSource, isHttpUrl, parseDigest, parseGitUrl } from '../core/index.ts'
import { expandHeredoc, flagOn, type Heredoc, type Instruction, type Word } from '../dockerfile/index.ts'
import { expandWordOf } from './expand-words.ts'
import { cleanAbsolute } from './normalize-path.ts'
import type { CopySource, Op } from './op.ts'
import { environmentOf, reportError, type StepContext } from './stage-state.ts'
import { gitOp, sourceVertex } from './tree-sources.ts'
import { addVertex } from './vertex-set.ts'

export type Copy = Extract<Instruction, { kind: 'COPY' | 'ADD' }>

export interface CopyInputs {
  /** Paths, downloads and repositories in order, then heredocs: later ones overwrite earlier ones. */
  readonly sources: readonly CopySource[]
  /** The vertices behind the root file system in the inputs. */
  readonly inputs: readonly Digest[]
  /** As history shows them. */
  readonly written: readonly string[]
}

interface Request {
  /** What vertices that only fetch something are called. */
  readonly name: string
  readonly checksum: string
}

/** The sources of COPY or ADD; undefined after a reported error. */
export function resolveCopySources(context: StepContext, instruction: Copy, request: Request): CopyInputs | undefined {
  const heredocs = instruction.sources.map((word) => heredocOf(instruction, word))
  const words = instruction.sources.filter((_, index) => heredocs[index] === undefined)
  const paths = words.map((word) => expandWordOf(context, word))
  if (!paths.every((path) => path !== undefined)) return undefined
  if (!checksumFits(context, instruction, { paths, checksum: request.checksum })) return undefined
  const draft: Draft = { context, instruction, request, inputs: [] }
  const files = paths.map((path) => sourceOf(draft, path))
  const inline = heredocs.filter((heredoc) => heredoc !== undefined).map((heredoc) => inlineSource(context, heredoc))
  const sources = [...files, ...inline]
  if (!sources.every((source) => source !== undefined)) return undefined
  const names = inline.flatMap((source) => (source?.kind === 'inline' ? [`<<${source.name}`] : []))
  return { sources, inputs: draft.inputs, written: [...paths, ...names] }
}

interface Draft {
  readonly context: StepContext
  readonly instruction: Copy
  readonly request: Request
  readonly inputs: Digest[]
}

function sourceOf(draft: Draft, path: string): CopySource | undefined {
  const { context, instruction } = draft
  const git = parseGitUrl(path)
  if (git !== undefined && 'error' in git) return fail(context, git.error)
  if (git !== undefined) return instruction.kind === 'ADD' ? gitSource(draft, git.git) : refuse(context, 'a git ref')
  if (isHttpUrl(path)) return instruction.kind === 'ADD' ? httpSource(draft, path) : refuse(context, 'a URL')
  const [from] = context.step.uses
  const input = addInput(draft, sourceVertex(context.planning, from ?? { kind: 'context', name: 'context' }))
  const unpack = instruction.kind === 'ADD' && flagOn(instruction, 'unpack') !== false ? 'auto' : false
  // --parents needs to see the `/./` that cuts the kept path.
  const pattern = flagOn(instruction, 'parents') === true ? `/${path.replace(/^(?:\.?\/+)+/, '')}` : cleanAbsolute(path)
  return { kind: 'path', input, pattern, unpack }
}

function httpSource(draft: Draft, url: string): CopySource | undefined {
  const { context, instruction, request } = draft
  const checksum = request.checksum === '' ? undefined : parseDigest(request.checksum)
  if (request.checksum !== '' && checksum === undefined) {
    return fail(context, `--checksum=${request.checksum} is not sha256: and 64 hexadecimal digits`)
  }
  const filename = downloadName(url)
  const op: Op = { kind: 'http', url, filename, ...(checksum === undefined ? {} : { checksum }) }
  const unpack = flagOn(instruction, 'unpack') === true
  return { kind: 'download', input: addFetch(draft, op), name: filename, unpack }
}

function gitSource(draft: Draft, git: GitSource): CopySource | undefined {
  const { context, instruction, request } = draft
  const flag = flagOn(instruction, 'keep-git-dir')
  if (flag !== undefined && git.keepGitDir !== undefined && flag !== git.keepGitDir) {
    return fail(context, 'inconsistent keep-git-dir configuration')
  }
  if (request.checksum !== '' && git.checksum !== undefined && request.checksum !== git.checksum) {
    return fail(context, `checksum mismatch ${JSON.stringify(request.checksum)} != ${JSON.stringify(git.checksum)}`)
  }
  const { keepGitDir = flag ?? false, checksum = request.checksum, ...rest } = git
  const op = gitOp({ ...rest, keepGitDir, ...(checksum === '' ? {} : { checksum }) })
  return { kind: 'tree', input: addFetch(draft, op) }
}

function inlineSource(context: StepContext, { name, content, expand }: Heredoc): CopySource | undefined {
  if (!expand) return { kind: 'inline', name, content }
  const expanded = expandHeredoc(content, environmentOf(context.state))
  if (!('error' in expanded)) return { kind: 'inline', name, content: expanded.value }
  const hint = `${expanded.hint}; with <<"${name}" the text stays as it is`
  reportError(context, 'bad-variable', { message: `<<${name}: ${expanded.error}`, hint })
  return undefined
}

function checksumFits(
  context: StepContext,
  instruction: Copy,
  { paths, checksum }: { readonly paths: readonly string[]; readonly checksum: string },
): boolean {
  if (checksum === '') return true
  const [only = '', ...others] = paths
  if (others.length > 0 || paths.length === 0)
    fail(context, "checksum can't be specified for multiple sources", 'write an ADD for each of them')
  else if (!isHttpUrl(only) && parseGitUrl(only) === undefined)
    fail(context, 'checksum requires HTTP(S) or Git sources', 'leave it out: a local file is what it is')
  else return instruction.kind === 'ADD'
  return false
}

/** The heredoc that a source word stands for. Of heredocs with one name the last body counts. */
function heredocOf({ heredocs }: Copy, word: Word): Heredoc | undefined {
  const own = heredocs.find(({ operator }) => operator.start === word.span.start && operator.end === word.span.end)
  return own === undefined
    ? undefined
    : { ...own, content: heredocs.findLast(({ name }) => name === own.name)?.content ?? own.content }
}

function addFetch(draft: Draft, op: Op): number {
  const { context, request } = draft
  const { planning, state, step, stage } = context
  const digest = addVertex(planning.vertices, {
    op,
    platform: state.platform,
    inputs: [],
    name: request.name,
    origin: [step.at, ...step.related.map((note) => note.at)],
    stage: stage.label,
  })
  return addInput(draft, digest)
}

/** Position among all inputs, where 0 is the root file system. */
function addInput({ inputs }: Draft, digest: Digest): number {
  const known = inputs.indexOf(digest)
  return known >= 0 ? known + 1 : inputs.push(digest)
}

function refuse(context: StepContext, what: string): undefined {
  reportError(context, 'bad-option-value', { message: `source can't be ${what} for COPY`, hint: 'use ADD' })
  return undefined
}

function fail(context: StepContext, message: string, hint?: string): undefined {
  reportError(context, 'bad-option-value', { message, hint })
  return undefined
}
