/** A reference to a git repository as contexts and ADD take it. */
export interface GitReference {
  /** What git is given: without fragment and query. */
  readonly remote: string
  readonly ref?: string
  readonly subdir?: string
  /** Expected commit: full or the beginning, in hex. */
  readonly checksum?: string
  readonly keepGitDir?: boolean
  readonly submodules?: boolean
}

export type GitUrlResult =
  | { readonly kind: 'git'; readonly reference: GitReference }
  /** Not a git URL: a path, or a URL of something else. */
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly message: string }

const schemes = /^(https?|ssh|git|file):\/\//i
const scpStyle = /^([a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:[^?#]*)(?:\?([^#]*))?(?:#(.*))?$/

/**
 * Reads `git@host:path`, `ssh://`, `git://`, `http(s)://….git`, `file://….git` and the old `github.com/owner/name`, with
 * `#ref:subdir` or BuildKit's query parameters (`ref`, `tag`, `branch`, `subdir`, `commit` or `checksum`,
 * `keep-git-dir`, `submodules`). HTTP and file URLs are repositories only when their path ends in `.git`.
 */
export function parseGitUrl(text: string): GitUrlResult {
  if (text.startsWith('github.com/'))
    return parseGitUrl(`https://${/\.git($|[?#])/.test(text) ? text : text.replace(/(?=[?#]|$)/, '.git')}`)
  const scp = scpStyle.exec(text)
  if (scp !== null && !schemes.test(text)) {
    return withOptions(scp[1] as string, new URLSearchParams(scp[2] ?? ''), scp[3] ?? '')
  }
  if (!schemes.test(text)) return { kind: 'other' }
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return { kind: 'bad', message: 'malformed URL' }
  }
  const named = url.protocol === 'ssh:' || url.protocol === 'git:' || url.pathname.endsWith('.git')
  if (!named) return { kind: 'other' }
  const remote = text.replace(/[?#].*$/s, '')
  return withOptions(remote, url.searchParams, decodeURIComponent(url.hash.slice(1)))
}

function withOptions(remote: string, query: URLSearchParams, fragment: string): GitUrlResult {
  const colon = fragment.indexOf(':')
  const found: Record<string, string | boolean> = {}
  const set = (name: string, value: string | boolean): string | undefined => {
    if (value === '' || found[name] === value) return undefined
    if (found[name] !== undefined) return `${name} is given twice: ${String(found[name])} and ${String(value)}`
    found[name] = value
    return undefined
  }
  set('ref', colon < 0 ? fragment : fragment.slice(0, colon))
  if (colon >= 0) set('subdir', fragment.slice(colon + 1).replace(/^\/+|\/+$/g, ''))
  for (const [name, value] of query) {
    const problem = readParameter(name, value, set)
    if (problem !== undefined) return { kind: 'bad', message: problem }
  }
  return { kind: 'git', reference: { remote, ...found } }
}

function readParameter(
  name: string,
  value: string,
  set: (name: string, value: string | boolean) => string | undefined,
): string | undefined {
  switch (name) {
    case 'ref':
    case 'subdir':
      return value === '' ? `the query parameter ${name} has no value` : set(name, value)
    case 'tag':
      return set('ref', value.startsWith('refs/tags/') ? value : `refs/tags/${value}`)
    case 'branch':
      return set('ref', value.startsWith('refs/heads/') ? value : `refs/heads/${value}`)
    case 'commit':
    case 'checksum':
      return set('checksum', value)
    case 'keep-git-dir':
    case 'submodules': {
      if (!['', 'true', 'false', '1', '0'].includes(value)) return `the query parameter ${name} must be true or false`
      return set(name === 'submodules' ? name : 'keepGitDir', value === '' || value === 'true' || value === '1')
    }
    case 'mtime':
    case 'fetch-by-commit':
      return undefined
    default:
      return `unknown query parameter ${name}`
  }
}
