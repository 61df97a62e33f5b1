import type { Project } from '../../project/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { contextFilesAt } from './landing-places.ts'

type Placed = { readonly directory: string }

const names = {
  node: ['package.json'],
  rust: ['Cargo.toml'],
  go: ['go.mod'],
  java: ['pom.xml', 'build.gradle', 'build.gradle.kts'],
  composer: ['composer.json'],
  gem: ['Gemfile'],
  python: ['pyproject.toml', 'Pipfile'],
} as const

/** A language whose manifests lie in a directory of their own. */
export type ManifestKind = keyof typeof names

/**
 * The directory of the context whose manifest stands in a directory of a stage: `frontend` for /web after `COPY
 * frontend/package.json /web/`. Undefined when nothing tells, or when several could be meant.
 */
export function contextDirectoryOf(
  { project }: Facts,
  stage: StageModel,
  { directory, kind }: { readonly directory: string; readonly kind: ManifestKind },
): string | undefined {
  if (project === undefined) return undefined
  for (const name of names[kind]) {
    const candidates = project.files.filter(({ path }) => path === name || path.endsWith(`/${name}`))
    const found = contextFilesAt(
      stage,
      `${directory === '/' ? '' : directory}/${name}`,
      candidates.map(({ path }) => path),
    )
    const [first] = found
    if (first !== undefined) return first.slice(0, Math.max(0, first.length - name.length - 1))
  }
  return undefined
}

/** The manifest of a list that lies in a directory of the context. */
export function inDirectory<Manifest extends Placed>(
  list: readonly Manifest[] | undefined,
  directory: string | undefined,
): Manifest | undefined {
  return directory === undefined ? undefined : list?.find((one) => one.directory === directory)
}

/** A file of the context in a directory, as text. */
export function textIn(project: Project | undefined, directory: string, name: string): string | undefined {
  return project?.text(directory === '' ? name : `${directory}/${name}`)
}
