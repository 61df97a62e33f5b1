import { appendFileSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Draft } from '../../../fixing/index.ts'
import { parseDockerfile } from '../../../dockerfile/index.ts'
import type { Project } from '../../../project/index.ts'
import { draftProject } from '../draft-project.ts'
import { trialBuild, type TrialOptions } from './trial-build.ts'

/** Files that say what to install: their change is meant to run the installation again. */
const manifests =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(lock|workspace)\.yaml|bun\.lockb?|\.npmrc|requirements[^/]*\.txt|pyproject\.toml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile(\.lock)?|setup\.(py|cfg)|environment\.ya?ml|go\.(mod|sum|work)|Cargo\.(toml|lock)|pom\.xml|(build|settings)\.gradle(\.kts)?|gradle\.properties|gradlew|mvnw|composer\.(json|lock)|Gemfile(\.lock)?|[^/]*\.(csproj|fsproj|sln)|mix\.(exs|lock)|Dockerfile[^/]*|[^/]*\.Dockerfile|\.dockerignore)$/
const sources = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|c|cc|cpp|h|ex|exs|scala|vue|svelte|html|css)$/

/**
 * How many steps run before and after when one source file has changed: both drafts are built from a copy of the context, the
 * file gets a line more, and both are built again. Undefined when there is no file to change.
 */
export async function stepsAfterChange(
  options: TrialOptions,
  before: Draft,
  after: Draft,
): Promise<{ readonly before: number; readonly after: number } | undefined> {
  const project = draftProject(after, options.place)
  const file = sourceFile(project, before)
  if (file === undefined) return undefined
  const directory = mkdtempSync(path.join(options.session.scratch('fix'), 'context-'))
  // A session looks at each directory once: what has changed needs another path.
  const [context, changed] = [path.join(directory, 'was'), path.join(directory, 'is')]
  try {
    copyContext(options.place.directory, context, project)
    await trialBuild(options, { label: 'before, copied', draft: before, context })
    await trialBuild(options, { label: 'after, copied', draft: after, context })
    renameSync(context, changed)
    appendFileSync(path.join(changed, file), '\n')
    const was = await trialBuild(options, { label: `before, ${file} changed`, draft: before, context: changed })
    const is = await trialBuild(options, { label: `after, ${file} changed`, draft: after, context: changed })
    return { before: was.ran, after: is.ran }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function copyContext(directory: string, to: string, project: Project): void {
  const hasExceptions = project.ignore?.hasExceptions === true
  cpSync(directory, to, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    filter: (source) => {
      const name = path.relative(directory, source)
      if (name === '') return true
      return name !== '.git' && (hasExceptions || !project.ignored(name))
    },
  })
}

/** A file that is copied as part of a directory, source code if possible, the highest in the tree. */
function sourceFile({ files }: Project, { text }: Draft): string | undefined {
  const named = new Set(
    parseDockerfile({ path: '', text }).instructions.flatMap((one) =>
      one.kind === 'COPY' || one.kind === 'ADD'
        ? one.sources.map((word) => (word.decoded ?? word.text).replace(/^\.?\//, ''))
        : [],
    ),
  )
  const usable = files.filter(
    ({ path: name, kind, ignored }) =>
      kind === 'file' && !ignored && !manifests.test(name) && !/(^|\/)(node_modules|vendor|\.git)\//.test(name),
  )
  const rank = (name: string): number =>
    (sources.test(name) ? 0 : 100) +
    (named.has(name) ? 50 : 0) +
    (name.startsWith('.') ? 20 : 0) +
    name.split('/').length
  return usable.toSorted((a, b) => rank(a.path) - rank(b.path))[0]?.path
}
