import { posix } from 'node:path'

/** A git repository that ADD or a build context names. */
export interface GitSource {
  /** What git is given: without fragment and query. May hold a user name and a password. */
  readonly remote: string
  readonly ref?: string
  /** Relative to the top of the repository, clean. */
  readonly subdir?: string
  /** A commit, or the beginning of one, in hex. */
  readonly checksum?: string
  readonly keepGitDir?: boolean
  readonly submodules?: boolean
  /** What times files get: that of the commit, or of the checkout. */
  readonly mtime?: 'checkout' | 'commit'
  /** The commit that `checksum` names is what is wanted, wherever `ref` has got to. */
  readonly fetchByCommit?: boolean
}

/** A repository, what is wrong with it, or undefined for something else. */
export type GitParse = { readonly git: GitSource } | { readonly error: string } | undefined

/**
 * Reads `git@host:path`, `ssh://`, `git://` and `http(s)://….git`, with `#ref:subdir` and a query (`ref`, `tag`,
 * `branch`, `subdir`, `checksum` or `commit`, `keep-git-dir`, `submodules`, `mtime`, `fetch-by-commit`). Undefined when
 * the text is something else; an error when it is a repository with a query that makes no sense.
 */
export function parseGitUrl(text: string): GitParse {
  return parsed(text, remoteSchemes)
}

/**
 * Like `parseGitUrl`, for what the command line names as a context: also `file://….git`, a repository of this machine,
 * which no Dockerfile may name, and the old `github.com/owner/name`.
 */
export function parseGitContext(text: string): GitParse {
  if (!text.startsWith('github.com/')) return parsed(text, [...remoteSchemes, 'file'])
  return parseGitUrl(`https://${/\.git($|[?#])/.test(text) ? text : text.replace(/(?=[?#]|$)/, '.git')}`)
}

/** Whether ADD downloads this source as one file. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && parseGitUrl(text) === undefined
}

/** The name of a downloaded file: the last part of the URL's path. */
export function downloadName(url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? ''
  const name = posix.basename(decoded(path))
  return name === '' || name === '.' || name === '..' ? '__unnamed__' : name
}

const remoteSchemes: readonly string[] = ['http', 'https', 'ssh', 'git']

const scpPattern = /^([a-zA-Z0-9-_]+)@([a-zA-Z0-9-.]+):(.*?)(?:\?(.*?))?(?:#(.*))?$/

interface Parts {
  readonly remote: string
  readonly query: string
  readonly fragment: string
}

function parsed(text: string, schemes: readonly string[]): GitParse {
  const parts = splitGitUrl(text, schemes)
  if (parts === undefined) return undefined
  const colon = parts.fragment.indexOf(':')
  const ref = colon < 0 ? parts.fragment : parts.fragment.slice(0, colon)
  const subdir = colon < 0 ? '' : cleanSubdir(parts.fragment.slice(colon + 1))
  return applyQuery(
    { remote: parts.remote, ...(ref === '' ? {} : { ref }), ...(subdir === '' ? {} : { subdir }) },
    parts.query,
  )
}

function splitGitUrl(text: string, schemes: readonly string[]): Parts | undefined {
  if (/^\.\.?\//.test(text)) return undefined
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) {
    const scp = scpPattern.exec(text)
    if (scp === null) return undefined
    return { remote: `${scp[1]}@${scp[2]}:${scp[3]}`, query: scp[4] ?? '', fragment: scp[5] ?? '' }
  }
  if (!schemes.includes(scheme)) return undefined
  const url = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)
  const remote = url?.[1] ?? ''
  const path = /^[^:]+:\/\/[^/]*(.*)$/.exec(remote)?.[1] ?? ''
  if (['http', 'https', 'file'].includes(scheme) && !path.endsWith('.git')) return undefined
  return { remote, query: url?.[2] ?? '', fragment: decoded(url?.[3] ?? '') }
}

/** Relative, without `.`, `..` and needless slashes. */
function cleanSubdir(path: string): string {
  return posix.join('/', path).replace(/^\/|\/$/g, '')
}

type Draft = { -readonly [Key in keyof GitSource]: GitSource[Key] } & { tag?: string; branch?: string }

function applyQuery(source: GitSource, query: string): GitParse {
  const draft: Draft = { ...source }
  const parameters = new URLSearchParams(query)
  for (const key of new Set(parameters.keys())) {
    const values = parameters.getAll(key)
    if (values.length > 1) return { error: `query ${JSON.stringify(key)} has multiple values` }
    const error = applyParameter(draft, key, values[0] ?? '')
    if (error !== undefined) return { error }
  }
  return finish(draft)
}

function applyParameter(draft: Draft, key: string, value: string): string | undefined {
  const isSwitch = key === 'submodules' || key === 'keep-git-dir' || key === 'fetch-by-commit'
  if (value === '' && !isSwitch) return `query ${JSON.stringify(key)} has no value`
  switch (key) {
    case 'ref':
    case 'subdir': {
      const known = draft[key]
      if (known !== undefined && known !== value) return conflict(key, known, value)
      draft[key] = value
      return undefined
    }
    case 'tag':
    case 'branch':
      draft[key] = value
      return undefined
    case 'checksum':
    case 'commit':
      draft.checksum = value
      return undefined
    case 'mtime':
      if (value !== 'checkout' && value !== 'commit')
        return `invalid mtime value: ${JSON.stringify(value)} (must be "checkout" or "commit")`
      draft.mtime = value
      return undefined
    case 'submodules':
    case 'keep-git-dir':
    case 'fetch-by-commit':
      return applySwitch(draft, key, value)
    default:
      return `unexpected query ${JSON.stringify(key)}`
  }
}

function applySwitch(draft: Draft, key: string, value: string): string | undefined {
  const on = value === '' || /^(?:1|t|T|true|TRUE|True)$/.test(value)
  if (!on && !/^(?:0|f|F|false|FALSE|False)$/.test(value)) return `invalid ${key} value: ${JSON.stringify(value)}`
  if (key === 'submodules') draft.submodules = on
  else if (key === 'keep-git-dir') draft.keepGitDir = on
  else if (on) draft.fetchByCommit = true
  return undefined
}

function finish(draft: Draft): GitParse {
  const { tag, branch, ...source } = draft
  if (tag !== undefined && branch !== undefined) return { error: 'branch conflicts with tag' }
  const named = tag === undefined ? prefixed(branch, 'refs/heads/') : prefixed(tag, 'refs/tags/')
  if (named === undefined) return { git: source }
  if (source.ref !== undefined && source.ref !== named) return { error: conflict('ref', source.ref, named) }
  return { git: { ...source, ref: named } }
}

function prefixed(name: string | undefined, prefix: string): string | undefined {
  return name === undefined || name.startsWith(prefix) ? name : prefix + name
}

function conflict(key: string, known: string, value: string): string {
  return `${key} conflicts: ${JSON.stringify(known)} vs ${JSON.stringify(value)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
