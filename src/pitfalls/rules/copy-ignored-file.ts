import type { Project } from '../../project/index.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type ContextUse, contextUses, filesNamed, literalStart } from '../queries/context-reach.ts'
import { literalPattern, patternFor, withLines } from '../repairs/propose-ignore.ts'

/** The ignore file and the instructions contradict each other. */
export const copyIgnoredFile: Pitfall = {
  id: 'copy-ignored-file',
  summary:
    'The ignore file does not keep out what an instruction takes from the context: the build ends with "not found"',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'production'],
  peers: { buildkit: ['CopyIgnoredFile'] },
  find: (facts) => {
    const { project } = facts
    if (project?.ignore === undefined) return []
    return contextUses(facts)
      .filter((use) => isKeptOut(project, use))
      .map((use) => toHit({ project, use }))
  },
}

/** Everything that the use names is ignored. Exceptions (`!`) count: what they take back can be copied. */
function isKeptOut(project: Project, use: ContextUse): boolean {
  if (use.isWhole || use.path.includes('$')) return false
  const named = filesNamed(project, use)
  if (named.some(({ ignored }) => !ignored)) return false
  if (named.length > 0) return true
  // Nothing of it is there (yet): the pattern decides, unless an exception may take something back.
  const fixed = literalStart(use)
  return fixed !== '' && project.ignored(fixed) && project.ignore?.hasExceptions === false
}

function toHit({ project, use }: { readonly project: Project; readonly use: ContextUse }): PitfallHit {
  const { step, path, source, mount, hasWildcard } = use
  const ignore = project.ignore
  const written = source?.word.text ?? path
  const at =
    mount?.at ?? (step.trigger || source === undefined ? step.at : { source: step.at.source, span: source.word.span })
  const [example] = filesNamed(project, use)
  const pattern = patternFor(project, hasWildcard ? (example?.path ?? literalStart(use)) : path)
  const by = pattern === undefined ? '' : ` by \`${pattern}\``
  const missing = hasWildcard ? (example?.path ?? path) : path
  return {
    at,
    message: `\`${written}\` is kept out of the context${by} (${ignore?.path ?? 'the ignore file'}): there is nothing to ${mount === undefined ? step.kind : 'mount'}`,
    hint: `add \`!${missing}\` below the pattern, or make the file in an earlier stage and take it with \`--from\``,
    evidence: { path, ...(pattern === undefined ? {} : { pattern }) },
    ...withFix(project, missing),
  }
}

/** A pattern at the end wins over all before it. */
function withFix(project: Project, path: string): Pick<PitfallHit, 'fixes'> {
  const files = withLines(project, [`!${literalPattern(path)}`])
  if (files === undefined) return {}
  return { fixes: [{ title: `let ${path} into the context`, edits: [], claims: [], safety: 'proof', files }] }
}
