import { describe, expect, it } from 'vitest'
import { parseDockerfile } from './parse.ts'
import { astToJson, astToLines } from './print-ast.ts'

const text =
  '# syntax=x\nFROM a AS b\nRUN --mount=type=tmpfs,target=/t \\\n  one &&\\\n  two\nCOPY <<E /f\nhello\nE\nCMD ["x", "y"]\nNOPE 1\n'
const file = parseDockerfile({ path: 'Dockerfile', text })

describe('astToLines', () => {
  it('shows every part with its line and column', () => {
    expect(astToLines(file)).toEqual([
      '1:1   directive syntax "x"',
      '2:1   FROM',
      '2:6     image "a"',
      '2:11    as "b"',
      '3:1   RUN',
      '3:5     flag --mount="type=tmpfs,target=/t"',
      '4:3     shell "one &&  two"',
      '6:1   COPY',
      '6:6     source "<<E"',
      '6:10    destination "/f"',
      '6:6     heredoc E "hello\\n"',
      '9:1   CMD',
      '9:6     exec "x"',
      '9:11    exec "y"',
      '10:1  UNKNOWN "NOPE"',
      '10:6    text "1"',
    ])
  })
})

describe('astToJson', () => {
  it('is JSON with line and column beside every offset', () => {
    const json = JSON.parse(JSON.stringify(astToJson(file)))
    expect(json.source).toBe('Dockerfile')
    expect(json.instructions[0]).toMatchObject({ kind: 'FROM', image: { text: 'a', span: { line: 2, column: 6 } } })
    expect(json.instructions[1].command.script.span).toEqual({
      start: text.indexOf('one'),
      end: text.indexOf('two') + 3,
      line: 4,
      column: 3,
    })
    expect(json.diagnostics).toMatchObject([
      { code: 'dockerfile-syntax', severity: 'error', at: { span: { line: 10 } } },
    ])
  })
})
