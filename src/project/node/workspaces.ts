import { at, type Table, texts } from '../decode.ts'
import { pathIn, type ProjectFiles } from '../project-files.ts'

/** What a manifest, or pnpm's file beside it, says about where the members of its workspace are. */
export function workspaceGlobs(files: ProjectFiles, directory: string, root: Table): readonly string[] {
  const named = texts(root.workspaces).concat(texts(at(root, 'workspaces', 'packages')))
  return named.length > 0 ? named : pnpmGlobs(files.text(pathIn(directory, 'pnpm-workspace.yaml') ?? ''))
}

/** The list `packages` of a pnpm-workspace.yaml, in block or flow style; the file holds little else. */
function pnpmGlobs(yaml: string | undefined): readonly string[] {
  if (yaml === undefined) return []
  const flow = /^packages:[ \t]*\[([^\]]*)\]/m.exec(yaml)?.[1]
  const items =
    flow === undefined
      ? (/^packages:[ \t]*(?:#.*)?\r?\n((?:[ \t]*(?:-.*|#.*)?(?:\r?\n|$))+)/m.exec(yaml)?.[1] ?? '').split('\n')
      : flow.split(',').map((item) => `- ${item}`)
  return items.flatMap((item) => {
    const glob = /^\s*-\s*(?:'([^']+)'|"([^"]+)"|([^\s#'"]+))/.exec(item)
    return glob === null ? [] : [glob[1] ?? glob[2] ?? glob[3] ?? '']
  })
}

/** Whether a directory, relative to the root, is a member by the globs; `!` in front takes members away. */
export function matchesWorkspace(globs: readonly string[], directory: string): boolean {
  let member = false
  for (const glob of globs) {
    const negated = glob.startsWith('!')
    const body = glob
      .slice(negated ? 1 : 0)
      .replace(/^\.\//, '')
      .replace(/\/$/, '')
    if (globExpression(body).test(directory)) member = !negated
  }
  return member
}

function globExpression(glob: string): RegExp {
  const source = glob.replace(/\*\*\/?|\*|[.+^${}()|[\]\\?]/g, (token) =>
    token === '**/' ? '(?:[^/]+/)*' : token === '**' ? '.*' : token === '*' ? '[^/]*' : `\\${token}`,
  )
  return new RegExp(`^${source}$`)
}
