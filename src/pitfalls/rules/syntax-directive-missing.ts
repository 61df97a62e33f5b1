import { positionAt } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'

/** Newer syntax without `# syntax=`: an older Docker does not read the file. */
export const syntaxDirectiveMissing: Pitfall = {
  id: 'syntax-directive-missing',
  summary:
    'A file that uses newer syntax names it (# syntax=docker/dockerfile:1), so that older builders fetch what reads it.',
  severity: 'info',
  level: 'static',
  profiles: ['production'],
  optIn: true,
  peers: {},
  find: ({ file, stages }: Facts) => {
    if (file.directives.some(({ name }) => name === 'syntax')) return []
    const first = stages.flatMap(({ steps }) => steps).find((step) => !step.trigger && newSyntaxOf(step) !== undefined)
    if (first === undefined) return []
    const { line } = positionAt(first.at.source, first.at.span.start)
    return [
      {
        at: first.at,
        message: `line ${line} uses ${newSyntaxOf(first)}, and the file has no # syntax line: Docker before 23 does not read it`,
        hint: 'write # syntax=docker/dockerfile:1 as the first line',
        fixes: [
          {
            title: 'name the syntax',
            edits: [{ span: { start: 0, end: 0 }, text: '# syntax=docker/dockerfile:1\n' }],
            claims: ['same-files', 'same-config'],
            safety: 'safe',
          },
        ],
      },
    ]
  },
}

function newSyntaxOf({ instruction }: StepModel): string | undefined {
  if (instruction.heredocs.length > 0) return 'a heredoc'
  const flag = instruction.flags.find(({ key }) => newer.test(key))
  return flag === undefined ? undefined : `${instruction.kind} --${flag.key}`
}

const newer = /^(?:mount|network|security|link|parents|exclude|checksum|keep-git-dir|chmod|device)$/
