import type { Fix } from '../../core/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { Project } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import { type ContextUse, contextUses, filesNamed } from './context-reach.ts'
import { actionsIn } from './steps.ts'

/** A fix that writes or completes the ignore file, and the patterns that it adds. */
export interface IgnoreFix {
  readonly patterns: readonly string[]
  readonly fix: Fix
}

/** What no image wants, whatever it is written in: history, local settings, keys, logs, and how images are made. */
const everywhere = [
  '.git',
  '.gitignore',
  '.github',
  '.gitlab-ci.yml',
  '**/.env',
  '**/.env.*',
  '**/*.pem',
  '**/*.log',
  '**/.DS_Store',
  '.idea',
  '.vscode',
  'coverage',
  'Dockerfile*',
  '.dockerignore',
  'compose*.y*ml',
  'docker-compose*',
]

/** What the tools of a language leave beside the sources: the manifests that tell of it, and its patterns. */
const byManifest: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?:^|\/)package\.json$/, ['**/node_modules', '**/.npm', '.turbo']],
  [
    /(?:^|\/)(?:requirements[^/]*\.txt|pyproject\.toml|setup\.py|Pipfile|environment\.ya?ml)$/,
    ['**/__pycache__', '**/*.py[cod]', '.venv', 'venv', '.pytest_cache', '.mypy_cache', '.ruff_cache', '*.egg-info'],
  ],
  [/(?:^|\/)(?:Cargo\.toml|pom\.xml|build\.sbt)$/, ['**/target']],
  [/(?:^|\/)build\.gradle(?:\.kts)?$/, ['.gradle', '**/build']],
  [/(?:^|\/)[^/]+\.(?:cs|fs|vb)proj$/, ['**/bin', '**/obj']],
  [/(?:^|\/)Gemfile$/, ['log', 'tmp', 'vendor/bundle']],
  [/(?:^|\/)mix\.exs$/, ['_build', 'deps']],
]

/** What a build of the file writes: kept out where the file makes it itself. */
const outputs: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?:^|\/)package\.json$/, ['dist', '.next', '.nuxt', '.output', '.svelte-kit']],
]

/** An ignore file for a project that has none: all that keeps no COPY from what it names. */
export function ignoreFileFix(facts: Facts): IgnoreFix | undefined {
  const { project } = facts
  if (project === undefined) return undefined
  const has = (manifest: RegExp): boolean => project.files.some(({ path }) => manifest.test(path))
  const makes = actionsIn(
    facts.stages.flatMap(({ steps }) => steps),
    'build',
  )
  const candidates = [
    ...everywhere,
    ...byManifest.flatMap(([manifest, patterns]) => (has(manifest) ? patterns : [])),
    ...(makes.length > 0 ? outputs.flatMap(([manifest, patterns]) => (has(manifest) ? patterns : [])) : []),
    // Build backends of Python read the README that a pyproject.toml names.
    ...(has(/(?:^|\/)(?:pyproject\.toml|setup\.py|Cargo\.toml)$/) ? [] : ['*.md']),
  ]
  const patterns = withoutHarm(candidates, { project, uses: contextUses(facts) })
  return patterns.length === 0 ? undefined : patternFix(project, patterns)
}

/** A fix that adds patterns to the ignore file, or makes one of them; undefined when they would take away what a COPY names. */
export function addPatternsFix(facts: Facts, wanted: readonly string[]): IgnoreFix | undefined {
  const { project } = facts
  if (project === undefined || wanted.length === 0) return undefined
  const patterns = withoutHarm([...new Set(wanted)], { project, uses: contextUses(facts) })
  return patterns.length < new Set(wanted).size ? undefined : patternFix(project, patterns)
}

/** The path of the ignore file from the root of the context; undefined when it lies outside. */
export function ignorePathOf(project: Project): string | undefined {
  const shown = project.ignore?.path
  if (shown === undefined || shown.split('/').at(-1) === '.dockerignore') return '.dockerignore'
  return project.files
    .map(({ path }) => path)
    .filter((path) => shown === path || shown.endsWith(`/${path}`))
    .sort((a, b) => b.length - a.length)[0]
}

/** The pattern that keeps a path out: the last one that covers it. */
export function patternFor(project: Project, path: string): string | undefined {
  return [...(project.ignore?.patterns ?? [])]
    .reverse()
    .find((pattern) => !pattern.startsWith('!') && compileIgnore([pattern]).ignored(path))
}

/** Characters that mean something in patterns, taken at their word. */
export function literalPattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, (character) => `\\${character}`).replace(/^[!#]/, (character) => `\\${character}`)
}

/** The ignore file with more lines at its end, which win over those before. */
export function withLines(project: Project, lines: readonly string[]): Fix['files'] {
  const path = ignorePathOf(project)
  if (path === undefined) return undefined
  const text = project.ignore?.source.text ?? ''
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const start = text === '' || text.endsWith('\n') ? text : `${text}${eol}`
  return [{ path, text: start + lines.map((line) => line + eol).join('') }]
}

function patternFix(project: Project, patterns: readonly string[]): IgnoreFix | undefined {
  const files = withLines(project, patterns)
  if (files === undefined) return undefined
  const title =
    project.ignore === undefined ? 'write a `.dockerignore`' : `add ${patterns.length} patterns to the ignore file`
  return { patterns, fix: { title, edits: [], claims: ['same-files'], safety: 'proof', files } }
}

/** Without the patterns that empty something which an instruction names. */
function withoutHarm(
  patterns: readonly string[],
  { project, uses }: { readonly project: Project; readonly uses: readonly ContextUse[] },
): readonly string[] {
  const named = uses.filter(({ isWhole }) => !isWhole)
  return patterns.filter((pattern) => {
    const { ignored } = compileIgnore([pattern])
    return !named.some((use) => {
      const files = filesNamed(project, use)
      return (!use.hasWildcard && ignored(use.path)) || (files.length > 0 && files.every(({ path }) => ignored(path)))
    })
  })
}
