import type { FileChange, MissReason } from './build-trace.ts'

/** What advice is made of: the missed step, and what differed. */
export interface AdviceFacts {
  readonly text: string
  readonly line?: number
  readonly reasons: readonly MissReason[]
}

/** Commands that fetch what a few files name, and those files. */
const installs: readonly (readonly [RegExp, string])[] = [
  [/\bnpm (ci|install|i)\b/, 'package.json package-lock.json'],
  [/\byarn( install)?( --|$)/, 'package.json yarn.lock'],
  [/\bpnpm (install|i|fetch)\b/, 'package.json pnpm-lock.yaml'],
  [/\bpip3? install\b.*(-r|--requirement)[ =]\S+/, 'requirements.txt'],
  [/\bpoetry install\b/, 'pyproject.toml poetry.lock'],
  [/\buv sync\b/, 'pyproject.toml uv.lock'],
  [/\bgo mod download\b/, 'go.mod go.sum'],
  [/\bcargo fetch\b/, 'Cargo.toml Cargo.lock'],
  [/\bbundle install\b/, 'Gemfile Gemfile.lock'],
  [/\bcomposer install\b/, 'composer.json composer.lock'],
  [/\bmvn\b.*\bdependency:(go-offline|resolve)/, 'pom.xml'],
]

/** Paths that change without changing what is built. */
const noise: readonly (readonly [RegExp, string])[] = [
  [/^\.git\//, '.git'],
  [/^(.*\/)?node_modules\//, '**/node_modules'],
  [/^(.*\/)?__pycache__\//, '**/__pycache__'],
  [/^(Dockerfile|.*\.Dockerfile|\.dockerignore|docker-compose[^/]*\.ya?ml|compose\.ya?ml)$/, 'Dockerfile'],
  [/\.log$/, '**/*.log'],
  [/^(\.idea|\.vscode)\//, '.idea .vscode'],
  [/\.(swp|swo)$|~$/, '**/*.swp'],
]

/** The change that would avoid a miss; undefined when there is none that is sure to help. */
export function adviceFor(facts: AdviceFacts): string | undefined {
  for (const reason of facts.reasons) {
    const found = adviceOn(reason, facts)
    if (found !== undefined) return found
  }
  return undefined
}

function adviceOn(reason: MissReason, facts: AdviceFacts): string | undefined {
  switch (reason.kind) {
    case 'files':
      return ignoreAdvice(reason.changes, reason.more)
    case 'base':
      return `the tag stands for another image now; pin it to stay with the old one: FROM ${reason.before}`
    case 'part':
      return variableAdvice(reason.part, facts)
    case 'parent':
      return reason.change === 'changed' ? installAdvice(reason, facts) : undefined
    default:
      return undefined
  }
}

function ignoreAdvice(changes: readonly FileChange[], more: number): string | undefined {
  if (changes.length === 0 || more > 0) return undefined
  const patterns = changes.map(({ path }) => noise.find(([test]) => test.test(path))?.[1])
  if (patterns.some((pattern) => pattern === undefined)) return undefined
  return `a line in .dockerignore for each of these keeps them out: ${[...new Set(patterns)].join(' ')}`
}

function variableAdvice(part: string, { text }: AdviceFacts): string | undefined {
  if (!part.startsWith('env ')) return undefined
  const name = part.slice('env '.length)
  if (new RegExp(`\\b${name}\\b`).test(text)) return undefined
  return `the step does not name ${name}: declare it below the step, right before the first one that uses it`
}

function installAdvice(
  { text: origin = '', line }: Extract<MissReason, { readonly kind: 'parent' }>,
  { text, line: own }: AdviceFacts,
): string | undefined {
  const files = installs.find(([command]) => command.test(text))?.[1]
  if (files === undefined || !/^(COPY|ADD) /.test(origin) || origin.includes('--from=')) return undefined
  const named = files.split(' ')
  if (named.every((file) => origin.includes(file))) return undefined
  const [before, after] = [line === undefined ? '' : ` of line ${line}`, own === undefined ? '' : ` in line ${own}`]
  return `the step${after} mostly needs ${named.join(' and ')} alone: copy them before it, and the rest${before} after it`
}
