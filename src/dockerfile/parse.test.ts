import { describe, expect, it } from 'vitest'
import {
  checkComment,
  describedBy,
  type Dockerfile,
  flagOn,
  flagsNamed,
  flagValue,
  type Instruction,
  instructionText,
  parseDockerfile,
  toSourceOffset,
  toSourceSpan,
  wordText,
} from './index.ts'

function parse(...lines: readonly string[]): Dockerfile {
  return parseDockerfile({ path: 'Dockerfile', text: `${lines.join('\n')}\n` })
}

type Copy = Extract<Instruction, { kind: 'COPY' | 'ADD' }>

function only<Kind extends Instruction['kind']>(file: Dockerfile, kind: Kind): Extract<Instruction, { kind: Kind }> {
  const found = file.instructions.find((instruction) => instruction.kind === kind)
  return found as Extract<Instruction, { kind: Kind }>
}

function copyOf(file: Dockerfile): Copy {
  return file.instructions.find((instruction) => instruction.kind === 'COPY') as Copy
}

function errors(file: Dockerfile): readonly string[] {
  return file.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
}

describe('a RUN over several lines', () => {
  const file = parse('FROM a', 'RUN one && \\', '  # between', '\ttwo \\  ', '', ' three')
  const { command } = only(file, 'RUN')
  const script = command.form === 'shell' ? command.script : undefined

  it('joins its lines with nothing in between, without the comments', () => {
    expect(script?.text).toBe('one && \ttwo  three')
  })

  it('maps each offset of the joined text to the source', () => {
    const { text } = file.source
    for (const word of ['one', 'two', 'three']) {
      const at = script?.text.indexOf(word) ?? -1
      expect(text.slice(toSourceOffset(script!, at)).startsWith(word)).toBe(true)
    }
    const span = toSourceSpan(script!, { start: 0, end: script!.text.length })
    expect(text.slice(span.start, span.end)).toBe('one && \\\n  # between\n\ttwo \\  \n\n three')
  })

  it('warns once about the empty line', () => {
    expect(file.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['NoEmptyContinuation', 'warning']])
  })
})

describe('what is missing', () => {
  it.each([
    ['', 'the Dockerfile cannot be empty'],
    ['\n# c\n', 'file with no instructions'],
    ['ARG A\n', 'dockerfile contains no stages to build'],
    ['ARG A\nRUN x\nFROM a\n', 'no build stage in current context'],
  ])('is said for %j', (text, message) => {
    expect(errors(parseDockerfile({ path: 'Dockerfile', text }))).toEqual([message])
  })

  it('is not said when a misspelt FROM is the reason', () => {
    const file = parse('FORM alpine', 'RUN x')
    expect(file.diagnostics.map(({ message, hint }) => [message, hint])).toEqual([
      ['unknown instruction: FORM', 'did you mean FROM?'],
    ])
  })
})

describe('comments', () => {
  it('belong to the instruction below them, across empty lines but not across empty comments', () => {
    const file = parse('# far', '', '# base it is', 'FROM a AS base', '# one', '#', '# check=skip=X', 'CMD b')
    expect(file.instructions.map(({ comments }) => comments.map(({ text }) => text))).toEqual([
      ['far', 'base it is'],
      ['check=skip=X'],
    ])
    expect(checkComment(file.instructions[1] as Instruction)).toBe('skip=X')
    expect(checkComment(file.instructions[0] as Instruction)).toBeUndefined()
  })
})

describe('descriptions', () => {
  it('begin with the name and a blank, in a comment that is not indented', () => {
    const file = parse('# x not', '# base it is', 'FROM a AS base', '  # y indented', 'ARG y', '# z', 'ARG z')
    expect(describedBy(file.instructions[0] as Instruction, 'base')).toBe('it is')
    expect(describedBy(file.instructions[1] as Instruction, 'y')).toBeUndefined()
    expect(describedBy(file.instructions[2] as Instruction, 'z')).toBeUndefined()
  })
})

describe('flags', () => {
  const file = parse('FROM a', 'COPY --from="b c" --link --parents=false --exclude=*.md --exclude=x\\ y s d')
  const copy = copyOf(file)

  it('are found by name, without their quotes and escapes', () => {
    expect(flagValue(copy, 'from')).toBe('b c')
    expect(flagsNamed(copy, 'exclude').map(({ content }) => content)).toEqual(['*.md', 'x y'])
    expect(flagValue(copy, 'chown')).toBeUndefined()
  })

  it('are on, off or absent', () => {
    expect([flagOn(copy, 'link'), flagOn(copy, 'parents'), flagOn(copy, 'nope')]).toEqual([true, false, undefined])
  })

  it('stand where they were written', () => {
    const { text } = file.source
    expect(copy.flags.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      '--from="b c"',
      '--link',
      '--parents=false',
      '--exclude=*.md',
      '--exclude=x\\ y',
    ])
  })

  it('of another object than flags are unknown, `constructor` too', () => {
    expect(errors(parse('FROM a', 'COPY --constructor=x a b'))).toEqual(['unknown flag: --constructor'])
    expect(errors(parse('FROM a', 'constructor x'))).toEqual(['unknown instruction: constructor'])
  })
})

describe('path words', () => {
  it('stand for the decoded string in JSON form and for themselves else', () => {
    const json = copyOf(parse('FROM a', 'COPY ["a\\u0020b", "c/"]'))
    expect([...json.sources, json.destination].map(wordText)).toEqual(['a b', 'c/'])
    const plain = copyOf(parse('FROM a', 'COPY "a b c/'))
    expect([...plain.sources, plain.destination].map(wordText)).toEqual(['"a', 'b', 'c/'])
  })

  it('of a heredoc have the span of its operator', () => {
    const copy = copyOf(parse('FROM a', 'COPY x <<EOF d/', 'body', 'EOF'))
    expect(copy.heredocs.map(({ operator }) => operator)).toEqual([copy.sources[1]?.span])
  })
})

describe('ONBUILD', () => {
  const file = parse('FROM a', 'ONBUILD  COPY --from=x \\', ' <<-E d/', '\tbody', '\tE')
  const onbuild = only(file, 'ONBUILD')

  it('keeps its trigger verbatim, heredoc bodies included', () => {
    expect(onbuild.trigger).toBe('COPY --from=x  <<-E d/\n\tbody\nE')
  })

  it('holds the inner instruction with places in the file', () => {
    const { text } = file.source
    expect(onbuild.inner.kind).toBe('COPY')
    expect(text.slice(onbuild.inner.span.start)).toBe('COPY --from=x \\\n <<-E d/\n\tbody\n\tE\n')
    expect(flagValue(onbuild.inner, 'from')).toBe('x')
    expect(onbuild.inner.heredocs[0]?.content).toBe('body\n')
  })

  it('only warns about a trigger that fails in the build that uses it', () => {
    const { diagnostics } = parse('FROM a', 'ONBUILD COPY x')
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['warning'])
  })

  it.each(['CMD ["a", 1]', 'COPY [1]', 'HEALTHCHECK CMD [null]', 'ENV A', 'LABEL a=b c'])(
    'fails where the words of a trigger cannot be told apart: %s',
    (trigger) => {
      const { diagnostics } = parse('FROM a', `ONBUILD ${trigger}`)
      expect(diagnostics.map(({ severity }) => severity)).toEqual(['error'])
    },
  )
})

describe('instructionText', () => {
  it('is one line with the keyword in upper case', () => {
    const file = parse('from a', 'run  x \\', '  && y', 'copy --from=b c d', 'user')
    expect(file.instructions.map(instructionText)).toEqual(['FROM a', 'RUN x   && y', 'COPY --from=b c d', 'USER'])
  })
})

describe('diagnostics', () => {
  it('come in order of place and point at the culprit', () => {
    const file = parse('FROM a', 'COPY --form=b c d', 'ENV x=1 y', 'USR z')
    const { text } = file.source
    expect(file.diagnostics.map(({ at }) => text.slice(at.span.start, at.span.end))).toEqual(['--form=b', 'y', 'USR'])
    expect(file.diagnostics.map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'dockerfile-syntax'))
  })
})
