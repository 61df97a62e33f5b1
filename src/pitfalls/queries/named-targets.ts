import type { Facts } from '../facts.ts'

/** Files in which people say what is built: bake files, Makefiles, scripts, task runners, manifests. */
const callers =
  /(?:^|\/)(?:docker-bake[\w.-]*\.(?:hcl|json)|(?:GNU)?[Mm]akefile|[\w.-]+\.mk|[Jj]ustfile|Taskfile\.ya?ml|skaffold\.ya?ml|package\.json|Earthfile|[\w.-]+\.(?:sh|bash|ps1))$/

/** More files than this are not looked into: a project has a handful of them. */
const most = 100

/** Stages that files of the project name as targets: `--target NAME`, `target = "NAME"`; lower case. */
export function namedInFiles({ project }: Facts): ReadonlySet<string> {
  const files = (project?.files ?? []).filter(({ path, kind }) => kind === 'file' && callers.test(path)).slice(0, most)
  const found = new Set<string>()
  for (const { path } of files) {
    for (const [, name = ''] of (project?.text(path) ?? '').matchAll(
      /(?:--target(?:=|\s+)|\btarget"?\s*[=:]\s*)["']?([\w.-]+)/g,
    ))
      found.add(name.toLowerCase())
  }
  return found
}
