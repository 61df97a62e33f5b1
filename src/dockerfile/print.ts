import type { Command, Directive, Dockerfile, Heredoc, Instruction, LogicalText } from './ast.ts'

/**
 * The text of a Dockerfile, put together from the pieces of its AST; only what stands between the pieces comes from the
 * source. For a parsed file this is the source itself, so a piece with a wrong text or place shows.
 */
export function printDockerfile(file: Dockerfile): string {
  const { text } = file.source
  const pieces = [
    ...file.directives.map(directivePiece),
    ...file.instructions.flatMap((instruction) => instructionPieces(instruction, text)),
  ]
  let out = ''
  let at = 0
  for (const piece of pieces) {
    out += text.slice(at, piece.start) + piece.text
    at = piece.end
  }
  return out + text.slice(at)
}

/** A stretch of the source and what to write there. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly text: string
}

function directivePiece({ valueSpan, value, span }: Directive): Piece {
  // The syntax member of a JSON file is decoded; the document stays as it is.
  return valueSpan.start === span.start ? { start: span.end, end: span.end, text: '' } : { ...valueSpan, text: value }
}

function instructionPieces(instruction: Instruction, text: string): readonly Piece[] {
  const comments = instruction.comments.map((comment) => {
    const start = text.indexOf(comment.text, comment.span.start + 1)
    return { start, end: start + comment.text.length, text: comment.text }
  })
  const keyword = textPieces(instruction.keyword)
  if (instruction.kind === 'UNKNOWN')
    return [...comments, ...keyword, ...textPieces(instruction.rest), ...heredocPieces(instruction, text)]
  const flags = instruction.flags.flatMap(({ name, value }) => [
    ...textPieces(name),
    ...(value === undefined ? [] : textPieces(value)),
  ])
  if (instruction.kind === 'ONBUILD')
    return [...comments, ...keyword, ...flags, ...instructionPieces(instruction.inner, text)]
  const args = argumentTexts(instruction).flatMap(textPieces)
  return [...comments, ...keyword, ...flags, ...args, ...heredocPieces(instruction, text)]
}

function argumentTexts(instruction: Exclude<Instruction, { kind: 'UNKNOWN' | 'ONBUILD' }>): readonly LogicalText[] {
  switch (instruction.kind) {
    case 'FROM':
      return instruction.as === undefined ? [instruction.image] : [instruction.image, instruction.as]
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ key, value }) => (value === undefined ? [key] : [key, value]))
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return commandTexts(instruction.command)
    case 'HEALTHCHECK':
      return instruction.command === undefined ? [] : commandTexts(instruction.command)
    case 'COPY':
    case 'ADD':
      return [...instruction.sources, instruction.destination]
    case 'EXPOSE':
    case 'VOLUME':
      return instruction.words
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return [instruction.word]
  }
}

function commandTexts(command: Command): readonly LogicalText[] {
  return command.form === 'exec' ? command.args : [command.script]
}

/** One piece for each segment. The last one goes to the end of the span, so that a changed word replaces the old one. */
function textPieces({ text, segments, span }: LogicalText): readonly Piece[] {
  return segments.map(({ at, source }, index) => {
    const next = segments[index + 1]
    const part = text.slice(at, next?.at)
    return { start: source, end: next === undefined ? span.end : source + part.length, text: part }
  })
}

function heredocPieces(instruction: Instruction, text: string): readonly Piece[] {
  return instruction.heredocs.flatMap((heredoc) =>
    heredoc.chomp ? chompedPieces(heredoc, text) : [bodyPiece(heredoc)],
  )
}

function bodyPiece({ body, content }: Heredoc): Piece {
  return { ...body, text: content }
}

/** One piece for each line, the tabs before it left out. */
function chompedPieces({ body, content }: Heredoc, text: string): readonly Piece[] {
  let at = body.start
  return content.split(/(?<=\n)/).map((line) => {
    while (text.charAt(at) === '\t') at += 1
    const start = at
    at += line.length
    return { start, end: at, text: line }
  })
}
