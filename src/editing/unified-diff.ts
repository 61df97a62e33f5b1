/** Both states of one file; `path` is how it is called in the diff. */
export interface FileChange {
  readonly path: string
  /** Absent for a file that is made. */
  readonly before?: string
  readonly after: string
}

/**
 * What changed as a unified diff with three lines of context, in the form that `git apply` and `patch -p1` take. Empty
 * without a change.
 */
export async function unifiedDiff({ path, before, after }: FileChange): Promise<string> {
  if (before === after) return ''
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff')
  const [from, to] = [before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`]
  return createTwoFilesPatch(from, to, before ?? '', after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  })
}
