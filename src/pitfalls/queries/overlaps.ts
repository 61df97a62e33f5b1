/**
 * Whether what one path names may hold, be, or lie in what another one names. Wildcards are read as the shell reads them;
 * a variable that nobody knows may be anything, so it fits. `~` and `$HOME` fit every home directory.
 */
export function overlaps(one: string, other: string): boolean {
  const [left, right] = comparable(one, other)
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left[index] ?? '', right[index] ?? '']
    if (a === '**') return isFound(left.slice(index + 1), right.slice(index))
    if (b === '**') return isFound(right.slice(index + 1), left.slice(index))
    if (a !== b && !fits(a, b) && !fits(b, a)) return false
  }
  return true
}

/** Whether deleting the first path takes the second one away as a whole: it is the same, lies above it, or is a wildcard for it. */
export function covers(deleted: string, path: string): boolean {
  const [left, right] = comparable(deleted, path)
  return left.length <= right.length && overlaps(deleted, path)
}

/** Whether a path depends on variables that nobody knows. */
export function isUnknown(path: string): boolean {
  return /[$`]/.test(path)
}

const home = /^["']?(?:~|\$HOME|\$\{HOME\})["']?(?=\/|$)/

/** Where one of the two lies in a home directory that is not known, `/root` and `/home/<name>` are such a directory as well. */
function comparable(one: string, other: string): readonly [readonly string[], readonly string[]] {
  if (!home.test(one) && !home.test(other)) return [segmentsOf(one), segmentsOf(other)]
  return [likeHome(segmentsOf(one)), likeHome(segmentsOf(other))]
}

function segmentsOf(path: string): readonly string[] {
  const segments = path
    .replace(home, '/<home>')
    .replaceAll(/["']/g, '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
  // What a wildcard takes from a directory is everything that counts.
  while (/^(?:\*+|\.\*|\.\[!\.\]\*|\{,\.\}\*)$/.test(segments.at(-1) ?? '')) segments.pop()
  return segments
}

function likeHome(segments: readonly string[]): readonly string[] {
  if (segments[0] === 'root') return ['<home>', ...segments.slice(1)]
  if (segments[0] === 'home' && segments.length > 1) return ['<home>', ...segments.slice(2)]
  return segments
}

/** Whether a path is among those with a name at any depth. */
function isFound([name]: readonly string[], rest: readonly string[]): boolean {
  return name === undefined || rest.some((segment) => segment === name || fits(name, segment))
}

function fits(pattern: string, name: string): boolean {
  if (!/[*?[$`]/.test(pattern)) return false
  const source = pattern.replaceAll(/\$\{[^}]*\}|\$\([^)]*\)|\$\w+|`[^`]*`|\[[^\]]*\]|[*?]|[^*?[$`]/g, (part) => {
    if (part === '?' || part.startsWith('[')) return '[^/]'
    return part.length > 1 || part === '*' ? '[^/]*' : part.replace(/[\\^$.|+(){}\]]/, '\\$&')
  })
  try {
    return new RegExp(`^${source}$`).test(name)
  } catch {
    return true
  }
}
