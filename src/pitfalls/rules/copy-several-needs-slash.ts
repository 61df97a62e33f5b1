import type { Facts, StepModel, TransferModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { isWithin } from '../queries/origins.ts'

/** Several files go to one name. */
export const copySeveralNeedsSlash: Pitfall = {
  id: 'copy-several-needs-slash',
  summary: 'The destination of several sources ends with a slash: without it each may overwrite the one before.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision'],
  peers: { hadolint: ['DL3021'], trivy: ['DS-0011'] },
  find: ({ stages }: Facts) => stages.flatMap(({ steps }) => steps).flatMap(ofStep),
}

function ofStep(step: StepModel): readonly PitfallHit[] {
  const { transfer, instruction } = step
  if (transfer === undefined || !('destination' in instruction) || transfer.sources.length < 2) return []
  if (hasComment(transfer)) return [ofComment(step)]
  const written = instruction.destination.text.replace(/^(["'])(.*)\1$/, '$2')
  if (/(?:^|\/)\.{0,2}$/.test(written) || /\$/.test(transfer.destination)) return []
  if (isDirectory(step, transfer)) return []
  const end = instruction.destination.span.end - (/["']$/.test(instruction.destination.text) ? 1 : 0)
  return [
    {
      at: step.at,
      message: `${step.kind} has ${transfer.sources.length} sources and ${written} has no slash behind it: unless it is a directory already, each source overwrites the one before, and older builders refuse it`,
      hint: `write ${written}/`,
      evidence: { sources: transfer.sources.length, destination: written },
      fixes: step.trigger
        ? []
        : [
            {
              title: `write ${written}/`,
              edits: [{ span: { start: end, end }, text: '/' }],
              claims: [],
              safety: 'safe',
            },
          ],
    },
  ]
}

function hasComment({ sources }: TransferModel): boolean {
  return sources.some(({ word, kind }, at) => at > 0 && kind === 'path' && word.text.startsWith('#'))
}

function ofComment({ at, kind }: StepModel): PitfallHit {
  return {
    at,
    message: `# begins a comment only at the start of a line: ${kind} takes what stands before it, it, and all words behind it but the last for files`,
    hint: 'put the comment on a line of its own above the instruction',
  }
}

/** Steps above have made it, or every image has it. */
function isDirectory({ before, stage, index }: StepModel, { destination }: TransferModel): boolean {
  if (isWithin(before.cwd, destination)) return true
  const earlier = [...(stage.parent?.history ?? []), ...stage.steps.slice(0, index)]
  return earlier.some(({ transfer, kind, text, command }) => {
    if (kind === 'WORKDIR') return text !== undefined && isWithin(text.value, destination)
    if (transfer !== undefined)
      return (
        isWithin(transfer.destination, destination) && (transfer.intoDirectory || transfer.destination !== destination)
      )
    return (command?.actions ?? []).some(
      (action) => action.kind === 'make-directory' && action.paths.some((path) => isWithin(path, destination)),
    )
  })
}
