/** Whether a name is what a pattern of `*`, `?`, `[a-z]` and `[^a-z]` describes; a pattern that is none describes nothing. */
export function matchesName(name: string, pattern: string): boolean {
  let source = ''
  for (const [token] of pattern.matchAll(/\[\^?[^\]]+\]|\\[^]|[^]/g)) {
    if (token === '*') source += '[^/]*'
    else if (token === '?') source += '[^/]'
    else if (token.length > 2) source += token.replaceAll('\\', '')
    else if (token === '[') return false
    else source += token.replace(/^\\(?=[^])/, '').replace(/[^\w-]/g, '\\$&')
  }
  try {
    return new RegExp(`^${source}$`).test(name)
  } catch {
    return false
  }
}
