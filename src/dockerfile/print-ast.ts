import type { Json, Source } from '../core/index.ts'
import type { Command, Dockerfile, Instruction, LogicalText, Word } from './ast.ts'

/** The AST as plain data: everything in it, with line and column (one-based) beside each offset, and the source's path. */
export function astToJson(file: Dockerfile): Json {
  const place = placesIn(file.source)
  const { source, diagnostics, ...rest } = file
  return {
    source: source.path,
    ...(plain(rest, place) as { readonly [key: string]: Json }),
    diagnostics: diagnostics.map(({ code, severity, message, at, hint }) => ({
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      at: { span: plain(at.span, place) },
    })),
  }
}

/** The AST as indented lines for people, each part with its line and column. */
export function astToLines(file: Dockerfile): readonly string[] {
  const place = placesIn(file.source)
  const lines: Line[] = []
  for (const { name, value, span } of file.directives)
    lines.push({ depth: 0, at: span.start, text: `directive ${name} ${quoted(value)}` })
  for (const instruction of file.instructions) lines.push(...instructionLines(instruction, 0))
  const shown = lines.map(({ at, ...line }) => ({ ...line, place: place(at) }))
  const width = Math.max(0, ...shown.map((line) => line.place.length))
  return shown.map((line) => `${line.place.padEnd(width)}  ${'  '.repeat(line.depth)}${line.text}`)
}

interface Line {
  readonly depth: number
  readonly at: number
  readonly text: string
}

function instructionLines(instruction: Instruction, depth: number): readonly Line[] {
  const { keyword, flags, heredocs } = instruction
  const inner = depth + 1
  const kind = instruction.kind === 'UNKNOWN' ? `UNKNOWN ${quoted(keyword.text)}` : instruction.kind
  return [
    { depth, at: instruction.span.start, text: kind },
    ...flags.map(({ span, key, content }): Line => {
      const value = content === undefined ? '' : `=${quoted(content)}`
      return { depth: inner, at: span.start, text: `flag --${key}${value}` }
    }),
    ...partLines(instruction, inner),
    ...heredocs.map(({ operator, name, content, expand }): Line => {
      const text = `heredoc ${name}${expand ? '' : ' (as it is)'} ${quoted(content)}`
      return { depth: inner, at: operator.start, text }
    }),
  ]
}

function partLines(instruction: Instruction, depth: number): readonly Line[] {
  const word = (label: string, one: Word): Line => ({ depth, at: one.span.start, text: `${label} ${shown(one)}` })
  switch (instruction.kind) {
    case 'FROM':
      return [word('image', instruction.image), ...(instruction.as === undefined ? [] : [word('as', instruction.as)])]
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.map(({ span, key, value }) => {
        const right = value === undefined ? '' : ` = ${shown(value)}`
        return { depth, at: span.start, text: `pair ${shown(key)}${right}` }
      })
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return commandLines(instruction.command, depth)
    case 'HEALTHCHECK':
      return instruction.command === undefined ? [] : commandLines(instruction.command, depth)
    case 'COPY':
    case 'ADD':
      return [...instruction.sources.map((one) => word('source', one)), word('destination', instruction.destination)]
    case 'EXPOSE':
    case 'VOLUME':
      return instruction.words.map((one) => word('word', one))
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return [word('word', instruction.word)]
    case 'ONBUILD':
      return instructionLines(instruction.inner, depth)
    case 'UNKNOWN':
      return [{ depth, at: instruction.rest.span.start, text: `text ${shown(instruction.rest)}` }]
  }
}

function commandLines(command: Command, depth: number): readonly Line[] {
  if (command.form === 'shell') return [{ depth, at: command.span.start, text: `shell ${shown(command.script)}` }]
  return command.args.map((arg, index) => {
    const value = command.values[index] ?? arg.text
    return { depth, at: arg.span.start, text: `exec ${quoted(value)}` }
  })
}

function shown(text: LogicalText | Word): string {
  return quoted('decoded' in text && text.decoded !== undefined ? text.decoded : text.text)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** `line:column` of offsets. Asked for thousands of times, so that the lines are found once. */
function placesIn({ text }: Source): (offset: number) => string {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return `${low + 1}:${offset - (starts[low] ?? 0) + 1}`
  }
}

function plain(value: unknown, place: (offset: number) => string): Json {
  if (Array.isArray(value)) return value.map((item) => plain(item, place))
  if (typeof value !== 'object' || value === null) return value as Json
  const members = Object.entries(value)
  const json = Object.fromEntries(members.map(([key, member]) => [key, plain(member, place)]))
  const { start, end } = value as { readonly start?: unknown; readonly end?: unknown }
  if (members.length !== 2 || typeof start !== 'number' || typeof end !== 'number') return json
  const [line = 1, column = 1] = place(start).split(':').map(Number)
  return { start, end, line, column }
}
