import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { isWithin, withoutSlash } from '../queries/origins.ts'
import { shippedCode, type ShippedCode } from '../queries/shipped-code.ts'

/** A program that makes temporary files in an image without /tmp. */
export const missingTmp: Pitfall = {
  id: 'missing-tmp',
  summary: 'An image whose program makes temporary files has a directory for them: scratch has no /tmp.',
  severity: 'error',
  level: 'context',
  profiles: ['production'],
  peers: {},
  find: (facts) => {
    const { final } = facts
    if (!final.base.isEmpty || final.end.env.has('TMPDIR') || bringsTmp(final)) return []
    const code = shippedCode(facts).find((one) => usesTemporary(facts, one))
    if (code === undefined) return []
    return [
      {
        at: final.at,
        message: `\`${code.names[0] ?? ''}\` (line ${code.step.line}) makes temporary files, and an empty image has no /tmp: "no such file or directory" when the first one is made`,
        hint: 'COPY --from=build --chmod=1777 /tmp /tmp of a stage where it is empty, or ship it on gcr.io/distroless/static-debian12, which has one',
        related: [{ note: 'the program', at: code.step.at }],
        evidence: { program: code.names[0] ?? '' },
      },
    ]
  },
}

function usesTemporary({ project }: Facts, { what, contextDirectory }: ShippedCode): boolean {
  if (project === undefined || contextDirectory === undefined) return false
  if (what === 'go') return project.go.find(({ directory }) => directory === contextDirectory)?.usesTemporary ?? false
  return what === 'rust' && rustUsesTemporary(project, contextDirectory)
}

/** The directory of the system, by the standard library or the crate that everybody takes. */
const ofRust = /\benv::temp_dir\(\)|\b(?:tempfile::)?(?:tempfile|tempdir)\(\)|\b(?:NamedTempFile|TempDir)::new\(\)/

function rustUsesTemporary(project: NonNullable<Facts['project']>, directory: string): boolean {
  const source = directory === '' ? 'src' : `${directory}/src`
  return project
    .below(source)
    .filter(({ path, kind }) => kind === 'file' && path.endsWith('.rs') && !/(?:^|\/)tests?(?:\/|\.rs$)/.test(path))
    .slice(0, 500)
    .some(({ path }) => ofRust.test(withoutTests(project.text(path) ?? '')))
}

/** Tests stand at the end of a file; comments do nothing. */
function withoutTests(text: string): string {
  return (text.split(/^#\[cfg\(test\)\]/m)[0] ?? '').replace(/\/\/[^\n]*/g, '')
}

/** /tmp itself, a directory that a step makes there, a volume, or a tree over the root. */
function bringsTmp({ history }: StageModel): boolean {
  return history.some(({ kind, transfer, text, instruction }) => {
    if (kind === 'VOLUME') return /\/tmp\b/.test(instruction.rest.text)
    if (kind === 'WORKDIR') return text?.isWhole !== true || isWithin(text.value, '/tmp')
    if (kind === 'RUN') return true
    if (transfer === undefined) return false
    const destination = withoutSlash(transfer.destination)
    if (isWithin(destination, '/tmp')) return true
    return (
      destination === '/' &&
      transfer.sources.some(
        ({ path, word }) => /tmp/.test(word.text) || path === '/' || path === '' || isTree(path, transfer.from.kind),
      )
    )
  })
}

/** A directory that was filled for the root; a single program has a name of its own. */
function isTree(path: string, from: string): boolean {
  return (
    from !== 'context' &&
    /\/(?:root|rootfs|runtime|fs|image|dist|export|install|staging|layer|out|output)\/?$|\/\*$/.test(path)
  )
}
