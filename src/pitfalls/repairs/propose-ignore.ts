import type { Fix } from '../../core/index.ts'
import { planIgnore } from '../../fixing/index.ts'
import { compileIgnore } from '../../ignore/index.ts'
import type { Project } from '../../project/index.ts'
import type { Facts } from '../facts.ts'
import { type ContextUse, contextUses, filesNamed } from '../queries/context-reach.ts'
import { actionsIn } from '../queries/steps.ts'

/** A fix that writes or completes the ignore file, and the patterns that it adds. */
export interface IgnoreFix {
  readonly patterns: readonly string[]
  readonly fix: Fix
}

/** An ignore file for a project that has none; undefined when it must lie outside of the context. */
export function ignoreFileFix(facts: Facts): IgnoreFix | undefined {
  // Several rules offer it, and the files of a large context take their time.
  const known = proposals.get(facts)
  if (known !== undefined) return known.fix
  const fix = proposedFix(facts)
  proposals.set(facts, { fix })
  return fix
}

const proposals = new WeakMap<Facts, { readonly fix: IgnoreFix | undefined }>()

function proposedFix(facts: Facts): IgnoreFix | undefined {
  const { project } = facts
  const path = project === undefined ? undefined : ignorePathOf(project)
  if (project === undefined || path === undefined) return undefined
  const uses = contextUses(facts)
  const steps = facts.stages.flatMap((stage) => stage.steps)
  const plan = planIgnore({
    files: project.files,
    needs: uses.map(({ path: need, isWhole, step }) => ({ path: isWhole ? '' : need, line: step.line })),
    patterns: [],
    text: project.ignore?.source.text ?? '',
    builds: actionsIn(steps, 'build').length > 0,
  })
  if (plan === undefined) return undefined
  return { patterns: plan.added, fix: toFix('write a `.dockerignore`', { files: [{ path, text: plan.text }], uses }) }
}

/** A fix that adds patterns to the ignore file, or makes one of them; undefined when they would take away what a COPY names. */
export function addPatternsFix(facts: Facts, wanted: readonly string[]): IgnoreFix | undefined {
  const { project } = facts
  if (project === undefined || wanted.length === 0) return undefined
  const patterns = withoutHarm([...new Set(wanted)], { project, uses: contextUses(facts) })
  const files = patterns.length < new Set(wanted).size ? undefined : withLines(project, patterns)
  if (files === undefined) return undefined
  const count = patterns.length === 1 ? 'a pattern' : `${patterns.length} patterns`
  const title = project.ignore === undefined ? 'write a `.dockerignore`' : `add ${count} to the ignore file`
  return { patterns, fix: toFix(title, { files, uses: contextUses(facts) }) }
}

/** The path of the ignore file from the root of the context; undefined when it lies outside. */
function ignorePathOf(project: Project): string | undefined {
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

function toFix(
  title: string,
  { files, uses }: { readonly files: NonNullable<Fix['files']>; readonly uses: readonly ContextUse[] },
): Fix {
  // A wide COPY brings less of what nobody wanted: only then the image is another one.
  const isSwept = uses.some(({ isWhole }) => isWhole)
  return { title, edits: [], claims: isSwept ? [] : ['same-files'], safety: 'proof', files }
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
