import { describe, expect, it } from 'vitest'
import type { Finding } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { fingerprints } from './fingerprint.ts'

/** One finding at each RUN. */
function prints(text: string, path = 'Dockerfile'): readonly string[] {
  const file = parseDockerfile({ path: 'shown', text })
  const findings = file.instructions
    .filter(({ kind }) => kind === 'RUN')
    .map(({ span }): Finding => {
      const at = { source: file.source, span }
      return { code: 'r', severity: 'info', message: '', at, whole: at, related: [], evidence: {}, fixes: [] }
    })
  return fingerprints(findings, file, path)
}

const plain = prints('FROM a\nRUN b && c\n')

describe('fingerprints', () => {
  it.each([
    ['lines above', '# note\nFROM x\nENV d=1\n\nRUN b && c\n'],
    ['casing of the keyword, blanks and continuations', 'FROM a\nrun  b \\\n  && c\n'],
    ['comments in between', 'FROM a\nRUN b \\\n# about c\n && c\n'],
  ])('stay when these change: %s', (_, text) => {
    expect(prints(text)).toEqual(plain)
  })

  it('change with the instruction and with the file', () => {
    expect(prints('FROM a\nRUN b && d\n')).not.toEqual(plain)
    expect(prints('FROM a\nRUN b && c\n', 'other/Dockerfile')).not.toEqual(plain)
  })

  it('tell the same instruction in two places apart', () => {
    const [first, second] = prints('FROM a\nRUN b && c\nFROM x\nRUN b && c\n')
    expect(first).toBe(plain[0])
    expect(second).not.toBe(first)
  })

  it('look into heredocs', () => {
    expect(prints('FROM a\nRUN <<E\nb\nE\n')).not.toEqual(prints('FROM a\nRUN <<E\nc\nE\n'))
  })
})
