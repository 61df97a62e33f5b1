import type { Fix } from '../../core/index.ts'
import type { Project, SecretFile } from '../../project/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type ContextUse, contextUses, filesTaken } from '../queries/context-reach.ts'
import { addPatternsFix, literalPattern } from '../repairs/propose-ignore.ts'
import { listed } from '../queries/listed.ts'
import { copiedSettingsFix } from '../repairs/mount-secret.ts'

/** A layer keeps what COPY brings, also when a later step takes it away. */
export const secretFileCopied: Pitfall = {
  id: 'secret-file-copied',
  summary:
    'No file with a credential is copied into a stage: a layer or a cache keeps it, even when a later step removes it',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'security', 'production'],
  peers: { dockle: ['CIS-DI-0010'] },
  find: (facts) => {
    const { project } = facts
    if (project === undefined) return []
    const uses = contextUses(facts).filter(({ source }) => source !== undefined)
    return [...new Set(uses.map(({ step }) => step))].flatMap((step) => {
      const ofStep = uses.filter((use) => use.step === step)
      const taken = secretsTaken(project, ofStep)
      return taken.length === 0 ? [] : [toHit(facts, { step, taken, uses: ofStep, project })]
    })
  },
}

function secretsTaken(project: Project, uses: readonly ContextUse[]): readonly SecretFile[] {
  const open = project.secrets.filter(({ ignored }) => !ignored)
  if (open.length === 0) return []
  const paths = new Set(uses.flatMap((use) => filesTaken(project, use).map(({ path }) => path)))
  return open.filter(({ path }) => paths.has(path))
}

function toHit(
  facts: Facts,
  {
    step,
    taken,
    uses,
    project,
  }: {
    readonly step: StepModel
    readonly taken: readonly SecretFile[]
    readonly uses: readonly ContextUse[]
    readonly project: Project
  },
): PitfallHit {
  const [first] = taken
  const isNamed = uses.some(({ path }) => path === first?.path)
  const name = first?.path.split('/').at(-1) ?? ''
  const id = name.replace(/^\.+/, '').replace(/[^\w-]+/g, '-')
  const fix = fixFor(facts, { step, taken, isNamed })
  return {
    at: step.at,
    message: `${step.kind} brings ${listed(taken.map(describe))} into stage \`${step.stage.label}\``,
    hint: isNamed
      ? `give it to the one RUN that needs it: \`--mount=type=secret,id=${id}\` and \`--secret id=${id},src=${first?.path ?? ''}\``
      : `add \`${first?.path ?? ''}\` to ${project.ignore?.path ?? '.dockerignore'}, or copy only what the stage needs`,
    evidence: { files: taken.map(({ path }) => path).join(' ') },
    ...(fix === undefined ? {} : { fixes: [fix] }),
  }
}

/** What is swept along is kept out; settings that are copied by name are mounted where they were copied to. */
function fixFor(
  facts: Facts,
  {
    step,
    taken,
    isNamed,
  }: { readonly step: StepModel; readonly taken: readonly SecretFile[]; readonly isNamed: boolean },
): Fix | undefined {
  const [first, ...more] = taken
  if (first === undefined) return undefined
  if (isNamed) return more.length > 0 ? undefined : copiedSettingsFix(facts, step, first.path)
  // As secret-file-in-context writes it: two fixes of one file are one when they write the same.
  const open = (facts.project?.secrets ?? []).filter(({ ignored }) => !ignored)
  return addPatternsFix(
    facts,
    open.map(({ path }) => literalPattern(path)),
  )?.fix
}

function describe({ path, what, line }: SecretFile): string {
  return `\`${path}\` (${what}${line === undefined ? '' : `, line ${line}`})`
}
