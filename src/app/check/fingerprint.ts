import { digestOf, type Finding, hexOf } from '../../core/index.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/index.ts'

/**
 * A name for each finding that survives edits elsewhere: made of the rule, the file, the text of the instruction without its
 * blanks and comments, and which of several in such an instruction it is. 32 hexadecimal digits, in the order of the findings.
 */
export function fingerprints(findings: readonly Finding[], file: Dockerfile, path: string): readonly string[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const parts = [finding.code, ...placeOf(finding, file, path)]
    const key = JSON.stringify(parts)
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return hexOf(digestOf(JSON.stringify([...parts, before]))).slice(0, 32)
  })
}

/** The instruction that a finding is about; undefined for other files and for what stands between instructions. */
export function instructionOf({ whole }: Finding, file: Dockerfile): Instruction | undefined {
  if (whole.source.path !== file.source.path || whole.source.text !== file.source.text) return undefined
  return file.instructions.find(({ span }) => whole.span.start >= span.start && whole.span.start < span.end)
}

function placeOf(finding: Finding, file: Dockerfile, path: string): readonly string[] {
  const instruction = instructionOf(finding, file)
  if (instruction !== undefined) return [path, plain(instruction)]
  const { source, span } = finding.at
  const start = source.text.lastIndexOf('\n', span.start - 1) + 1
  const [line = ''] = source.text.slice(start).split('\n', 1)
  return [source.path === file.source.path ? path : source.path, squeezed(line)]
}

function plain({ keyword, rest, heredocs }: Instruction): string {
  return [keyword.text.toUpperCase(), squeezed(rest.text), ...heredocs.map(({ content }) => squeezed(content))].join(
    ' ',
  )
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
