import { type GitSource, nearest, SlipwayError } from '../../core/index.ts'
import { type GitCommandOptions, git } from './git-command.ts'
import type { GitRemote } from './git-remote.ts'

export interface ResolvedRef {
  readonly commit: string
  /** Full name of the ref; undefined where a commit was asked for. */
  readonly ref: string | undefined
  /** The object an annotated tag is itself. */
  readonly tag?: string
}

interface Asking extends GitCommandOptions {
  readonly remote: GitRemote
}

/** Asks the remote which commit a ref is. A commit id, or `fetchByCommit`, needs no answer. Throws `git-failed`. */
export async function resolveRef(request: GitSource, asking: Asking): Promise<ResolvedRef> {
  const { ref = 'HEAD', checksum, fetchByCommit } = request
  if (fetchByCommit === true && checksum !== undefined) {
    const named = ref === 'HEAD' || isCommit(ref) ? undefined : ref.startsWith('refs/') ? ref : `refs/heads/${ref}`
    return { commit: checksum.toLowerCase(), ref: named }
  }
  if (isCommit(ref)) return { commit: ref.toLowerCase(), ref: undefined }
  const found = await remoteRefs(asking, [ref, `${ref}^{}`])
  const tagRef = `refs/tags/${ref.replace(/^refs\/tags\//, '')}`
  const candidates = [ref, `refs/${ref.replace(/^refs\//, '')}`, `refs/heads/${ref.replace(/^refs\/heads\//, '')}`]
  const name =
    candidates.find((candidate) => found.has(candidate) && candidate !== tagRef) ??
    (found.has(tagRef) ? tagRef : undefined)
  const object = name === undefined ? undefined : found.get(name)
  if (name === undefined || object === undefined) throw await unknownRef(ref, asking)
  const peeled = found.get(`${name}^{}`)
  return peeled === undefined ? { commit: object, ref: name } : { commit: peeled, ref: name, tag: object }
}

/** Compares with the commit that was promised. Throws `checksum-mismatch`. */
export function checkCommit({ checksum }: GitSource, { shown }: GitRemote, { commit, tag }: ResolvedRef): void {
  const wanted = checksum?.toLowerCase()
  if (wanted === undefined || commit.startsWith(wanted) || tag?.startsWith(wanted) === true) return
  throw new SlipwayError('checksum-mismatch', `expected commit ${wanted} of ${shown}, got ${commit}`)
}

/** Whether a text is a whole commit id. */
export function isCommit(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
}

/** Says which repository a failing command was about. */
export async function inRemote<T>({ shown }: GitRemote, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'git-failed') throw error
    throw new SlipwayError('git-failed', `cannot fetch ${shown}: ${error.message}`, {
      notes: error.notes,
      retryable: error.retryable,
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}

/** Objects by the names of refs; of all of them without patterns. */
async function remoteRefs(asking: Asking, patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { remote, ...options } = asking
  const answer = await inRemote(remote, () => git(['ls-remote', '--', remote.url, ...patterns], options))
  return new Map(
    answer
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t').reverse() as [string, string]),
  )
}

async function unknownRef(ref: string, asking: Asking): Promise<SlipwayError> {
  const all = [...(await remoteRefs(asking, [])).keys()].flatMap(
    (name) => /^refs\/(?:heads|tags)\/(.*?)(?:\^\{\})?$/.exec(name)?.[1] ?? [],
  )
  const names = [...new Set(all)]
  const near = nearest(ref.replace(/^refs\/(?:heads|tags)\//, ''), names)
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : names.length > 0
        ? `its branches and tags are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
        : 'it has no branches and no tags'
  return new SlipwayError('git-failed', `the repository ${asking.remote.shown} has no ref ${ref}`, { hint })
}
