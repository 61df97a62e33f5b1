import { readdirSync } from 'node:fs'
import path from 'node:path'

/** What a file is by its name. */
export type BuildFileKind = 'dockerfile' | 'compose' | 'bake'

const skippedDirectories: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.venv',
  '__pycache__',
  'bower_components',
  'node_modules',
  'vendor',
])
// What stands beside a Dockerfile under its name and is none: ignore files, templates, copies of editors, programs about it.
const otherFiles =
  /\.(?:dockerignore|containerignore|md|txt|rst|ya?ml|json|toml|tmpl|tpl|template|j2|jinja2?|erb|ejs|mustache|hbs|in|bak|orig|rej|swp|patch|diff|lock|sh|ps1|py|rb|go|rs|js|mjs|cjs|ts|java|vim|snap)$|~$/i

/** What a file is taken for; a Dockerfile when its name says nothing else. */
export function kindOfFile(file: string): BuildFileKind {
  const name = path.basename(file).toLowerCase()
  if (name.endsWith('.hcl') || name.endsWith('.json')) return 'bake'
  return /\.ya?ml$/.test(name) ? 'compose' : 'dockerfile'
}

/** Absolute paths of all Dockerfiles, compose files and bake files in a directory and below, in order. Links are not followed. */
export function findBuildFiles(directory: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry): readonly string[] => {
    const place = path.join(directory, entry.name)
    if (entry.isDirectory()) return skippedDirectories.has(entry.name) ? [] : findReadable(place)
    return entry.isFile() && isBuildFile(entry.name) ? [place] : []
  })
}

/** Directories of other users are passed over: whoever looks for Dockerfiles cannot build from them either. */
function findReadable(directory: string): readonly string[] {
  try {
    return findBuildFiles(directory)
  } catch {
    return []
  }
}

function isBuildFile(name: string): boolean {
  if (/^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/i.test(name) || /^docker-bake(?:[.-].+)?\.(?:json|hcl)$/i.test(name))
    return true
  const looksLike =
    /^(?:Dockerfile|Containerfile)(?:[._-].+)?$/i.test(name) || /\.(?:Dockerfile|Containerfile)$/i.test(name)
  return looksLike && !otherFiles.test(name)
}
