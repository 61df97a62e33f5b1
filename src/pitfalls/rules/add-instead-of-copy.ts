import type { Facts, StepModel, TransferPath } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { covers } from '../queries/overlaps.ts'

/** ADD where COPY does the same. */
export const addInsteadOfCopy: Pitfall = {
  id: 'add-instead-of-copy',
  summary: 'Files of the context are copied by COPY; ADD is for addresses, repositories and archives to unpack.',
  severity: 'warning',
  level: 'static',
  profiles: ['security', 'production'],
  peers: { hadolint: ['DL3020'], dockle: ['CIS-DI-0009'], trivy: ['DS-0005'] },
  find,
}

function find({ stages, project }: Facts): readonly PitfallHit[] {
  return stages
    .flatMap(({ steps }) => steps)
    .filter((step) => step.kind === 'ADD' && !step.trigger && isPlain(step, project))
    .map((step) => {
      const names = (step.transfer?.sources ?? []).map(({ word }) => word.text)
      const { keyword } = step.instruction
      const copy = keyword.text === keyword.text.toLowerCase() ? 'copy' : 'COPY'
      return {
        at: step.at,
        message: `ADD brings ${names.join(', ')}, plain files of the context; it would unpack archives and fetch addresses`,
        hint: 'write COPY',
        evidence: { sources: names.join(' ') },
        fixes: [
          { title: 'write COPY', edits: [{ span: keyword.span, text: copy }], claims: ['same-files'], safety: 'safe' },
        ],
      } as const
    })
}

/** All of it is local, and nothing of it is, or could be, an archive that ADD unpacks. */
function isPlain({ transfer, instruction }: StepModel, project: Facts['project']): boolean {
  if (transfer === undefined || transfer.checksum !== undefined) return false
  if (instruction.flags.some(({ key }) => key === 'unpack' || key === 'keep-git-dir')) return false
  return transfer.sources.every((source) => source.kind === 'path' && !mayBeArchive(source, project))
}

const archive = /\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tzst|tar\.\w+|gz|bz2|xz|zst|lzma)$/i

function mayBeArchive({ path, hasWildcard }: TransferPath, project: Facts['project']): boolean {
  if (/\$/.test(path) || archive.test(path)) return true
  if (!hasWildcard) return false
  // `ADD *.t* /`: what it matches, or what it could match.
  const depth = path.split('/').length
  const matched = (project?.files ?? []).filter(
    (file) => file.path.split('/').length === depth && covers(path, file.path),
  )
  return matched.length > 0 ? matched.some((file) => archive.test(file.path)) : /[*?\]]$/.test(path)
}
