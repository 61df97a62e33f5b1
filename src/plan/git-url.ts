import { posix } from 'node:path'
import { cleanAbsolute } from './normalize-path.ts'

/** A git repository that ADD or a build context names. */
export interface GitSource {
  readonly remote: string
  readonly ref?: string
  readonly subdir?: string
  /** A commit, or the beginning of one. */
  readonly checksum?: string
  readonly keepGitDir?: boolean
  readonly submodules?: boolean
}

/** A repository, what is wrong with it, or undefined for something else. */
export type GitParse = { readonly git: GitSource } | { readonly error: string } | undefined

interface Parts {
  readonly remote: string
  readonly query: string
  readonly fragment: string
}

/**
 * Reads `git@host:path`, `ssh://`, `git://` and `http(s)://….git`, with `#ref:subdir` and a query (`ref`, `tag`,
 * `branch`, `subdir`, `checksum` or `commit`, `keep-git-dir`, `submodules`, `mtime`, `fetch-by-commit`). Undefined when
 * the text is something else; an error when it is a repository with a query that makes no sense.
 */
export function parseGitUrl(text: string): GitParse {
  const parts = splitGitUrl(text)
  if (parts === undefined) return undefined
  const colon = parts.fragment.indexOf(':')
  const ref = colon < 0 ? parts.fragment : parts.fragment.slice(0, colon)
  const subdir = colon < 0 ? '' : cleanAbsolute(parts.fragment.slice(colon + 1)).slice(1)
  return applyQuery(
    { remote: parts.remote, ...(ref === '' ? {} : { ref }), ...(subdir === '' ? {} : { subdir }) },
    parts.query,
  )
}

/** Whether ADD downloads this source as one file. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && parseGitUrl(text) === undefined
}

/** The name of a downloaded file: the last part of the URL's path. */
export function downloadName(url: string): string {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? ''
  const name = posix.basename(decoded(path))
  return name === '' || name === '.' ? '__unnamed__' : name
}

const scpPattern = /^([a-zA-Z0-9-_]+)@([a-zA-Z0-9-.]+):(.*?)(?:\?(.*?))?(?:#(.*))?$/

function splitGitUrl(text: string): Parts | undefined {
  if (/^\.\.?\//.test(text)) return undefined
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) {
    const scp = scpPattern.exec(text)
    if (scp === null) return undefined
    return { remote: `${scp[1]}@${scp[2]}:${scp[3]}`, query: scp[4] ?? '', fragment: scp[5] ?? '' }
  }
  if (!['http', 'https', 'ssh', 'git'].includes(scheme)) return undefined
  const url = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text)
  const remote = url?.[1] ?? ''
  const path = /^[^:]+:\/\/[^/]*(.*)$/.exec(remote)?.[1] ?? ''
  if (scheme.startsWith('http') && !path.endsWith('.git')) return undefined
  return { remote, query: url?.[2] ?? '', fragment: decoded(url?.[3] ?? '') }
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
      return ['checkout', 'commit'].includes(value) ? undefined : `invalid mtime value: ${JSON.stringify(value)}`
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
