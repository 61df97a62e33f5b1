import type { Project, SecretFile } from '../../project/index.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { type ContextUse, contextUses, filesTaken } from '../queries/context-reach.ts'
import { listed } from '../queries/listed.ts'
import type { StepModel } from '../facts.ts'

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
      return taken.length === 0 ? [] : [toHit(step, { taken, uses: ofStep, project })]
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
  step: StepModel,
  {
    taken,
    uses,
    project,
  }: { readonly taken: readonly SecretFile[]; readonly uses: readonly ContextUse[]; readonly project: Project },
): PitfallHit {
  const [first] = taken
  const isNamed = uses.some(({ path }) => path === first?.path)
  const name = first?.path.split('/').at(-1) ?? ''
  const id = name.replace(/^\.+/, '').replace(/[^\w-]+/g, '-')
  return {
    at: step.at,
    message: `${step.kind} brings ${listed(taken.map(describe))} into stage \`${step.stage.label}\``,
    hint: isNamed
      ? `give it to the one RUN that needs it: \`--mount=type=secret,id=${id}\` and \`--secret id=${id},src=${first?.path ?? ''}\``
      : `add \`${first?.path ?? ''}\` to ${project.ignore?.path ?? '.dockerignore'}, or copy only what the stage needs`,
    evidence: { files: taken.map(({ path }) => path).join(' ') },
  }
}

function describe({ path, what, line }: SecretFile): string {
  return `\`${path}\` (${what}${line === undefined ? '' : `, line ${line}`})`
}
