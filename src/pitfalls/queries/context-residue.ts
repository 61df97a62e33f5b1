import type { ContextFile, Project } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import { contextUses, filesTaken, isBelow, literalStart, sentFiles } from './context-reach.ts'
import { actionsIn } from './steps.ts'

/** Something that tools have made and that lies in the context. */
export interface Residue {
  /** The directory, or the file. */
  readonly path: string
  readonly kind: 'dependencies' | 'cache' | 'output' | 'log' | 'history'
  readonly bytes: number
  readonly files: number
  /** What would keep it and its like out. */
  readonly pattern: string
}

/** Directories that only tools write, by their name. */
const directories: ReadonlyMap<string, Residue['kind']> = new Map(
  (
    [
      ['dependencies', 'node_modules bower_components jspm_packages .venv venv virtualenv .pnpm-store'],
      [
        'cache',
        '__pycache__ .pytest_cache .mypy_cache .ruff_cache .hypothesis .ipynb_checkpoints .tox .nox .eggs .gradle .m2 ' +
          '.parcel-cache .turbo .angular .sass-cache .npm .nyc_output .cache .dart_tool .stack-work elm-stuff .terraform coverage htmlcov ' +
          '.phpunit.cache .vite .bundle-cache',
      ],
      ['output', '.next .nuxt .output .svelte-kit dist-newstyle storybook-static'],
      ['history', '.git .hg .svn'],
    ] as const
  ).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind] as const)),
)

/** Directories with everyday names: tools wrote them when a file of that kind lies beside them. */
const beside: Readonly<Record<string, readonly (readonly [RegExp, Residue['kind']])[]>> = {
  dist: [[/^(?:package\.json|pyproject\.toml|setup\.py|tsconfig\.json|[^/]+\.cabal)$/, 'output']],
  build: [
    [/^(?:package\.json|build\.gradle(?:\.kts)?|setup\.py|pyproject\.toml|CMakeLists\.txt|pubspec\.yaml)$/, 'output'],
  ],
  out: [[/^(?:package\.json|next\.config\.\w+|foundry\.toml)$/, 'output']],
  target: [[/^(?:pom\.xml|Cargo\.toml|build\.sbt)$/, 'output']],
  bin: [[/\.(?:cs|fs|vb)proj$/, 'output']],
  obj: [[/\.(?:cs|fs|vb)proj$/, 'output']],
  _build: [[/^mix\.exs$/, 'output']],
  deps: [[/^mix\.exs$/, 'dependencies']],
  env: [[/^(?:requirements[^/]*\.txt|pyproject\.toml|setup\.py|manage\.py)$/, 'dependencies']],
}

/** Files that only tools write. */
const files: readonly (readonly [RegExp, Residue['kind'], string])[] = [
  [/\.log(?:\.\d+)?$/, 'log', '**/*.log'],
  [/(?:^|\/)(?:npm|yarn|lerna|pnpm)-(?:debug|error)\.log/, 'log', '**/*.log'],
  [/\.py[cod]$/, 'cache', '**/*.py[cod]'],
  [/(?:^|\/)(?:\.eslintcache|\.stylelintcache|\.coverage|\.phpunit\.result\.cache|[^/]*\.tsbuildinfo)$/, 'cache', ''],
]

/**
 * What tools have made and the ignore file lets into the context, in the order of the paths. What an instruction names is
 * wanted there, and so is what the file takes along and never makes itself.
 */
export function residueIn(facts: Facts): readonly Residue[] {
  const { project } = facts
  if (project === undefined) return []
  const found = new Map<string, Residue>()
  for (const file of sentFiles(project)) {
    const part = residueOf(project, file)
    if (part === undefined) continue
    const known = found.get(part.path)
    found.set(part.path, {
      ...part,
      bytes: (known?.bytes ?? 0) + file.size,
      files: (known?.files ?? 0) + 1,
    })
  }
  return [...found.values()].filter(isUnwanted(facts, project))
}

function residueOf(project: Project, { path }: ContextFile): Omit<Residue, 'bytes' | 'files'> | undefined {
  const parts = path.split('/')
  for (const [index, name] of parts.slice(0, -1).entries()) {
    const directory = parts.slice(0, index + 1).join('/')
    const kind = directories.get(name) ?? besideManifest(project, { name, parent: parts.slice(0, index).join('/') })
    if (kind !== undefined)
      return { path: directory, kind, pattern: index === 0 && kind === 'history' ? name : `**/${name}` }
    if (name.endsWith('.egg-info')) return { path: directory, kind: 'cache', pattern: '**/*.egg-info' }
    if (name === 'bundle' && parts[index - 1] === 'vendor')
      return { path: directory, kind: 'dependencies', pattern: directory }
  }
  const known = files.find(([pattern]) => pattern.test(path))
  return known === undefined ? undefined : { path, kind: known[1], pattern: known[2] === '' ? path : known[2] }
}

function besideManifest(
  project: Project,
  { name, parent }: { readonly name: string; readonly parent: string },
): Residue['kind'] | undefined {
  const start = parent === '' ? 0 : parent.length + 1
  for (const [manifest, kind] of beside[name] ?? []) {
    const isThere = project
      .below(parent)
      .some(({ path }) => !path.slice(start).includes('/') && manifest.test(path.slice(start)))
    if (isThere) return kind
  }
  return undefined
}

/** No instruction names it or something in it, and it is not the only source of what the image needs. */
function isUnwanted(facts: Facts, project: Project): (residue: Residue) => boolean {
  const uses = contextUses(facts)
  const named = uses.filter(({ isWhole }) => !isWhole)
  const steps = facts.stages.flatMap((stage) => stage.steps)
  const [builds, installs] = [actionsIn(steps, 'build').length > 0, actionsIn(steps, 'install').length > 0]
  const taken = new Set(uses.flatMap((use) => filesTaken(project, use).map(({ path }) => path)))
  return ({ path, kind }) => {
    if (named.some((use) => isBelow(literalStart(use), path))) return false
    const isTaken = [...taken].some((one) => isBelow(one, path))
    // Without a command that makes it, the image lives on what lies there.
    if (kind === 'output' && !builds && isTaken) return false
    return !(kind === 'dependencies' && !installs && !builds && isTaken)
  }
}
