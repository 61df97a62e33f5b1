import { commandTable, globalFlags } from './command-table.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'
import { usageLine } from './parse-argv.ts'

/** The list of all commands. Lines fit `width` where words allow. */
export function overviewHelp(width: number): string[] {
  const groups = [...new Set(commandTable.map((command) => command.group))]
  const sections = groups.flatMap((group) => {
    const commands = commandTable.filter((command) => command.group === group)
    const rows = commands.map((command) => [command.name, command.summary] as const)
    return ['', `${group}:`, ...twoColumns(rows, { width, left: 12 })]
  })
  return [
    'Usage: slipway COMMAND [OPTIONS]',
    '',
    'Builds container images from Dockerfiles, without a daemon',
    ...sections,
    '',
    'Global options:',
    ...flagLines(globalFlags, width),
    '',
    '`slipway help COMMAND` shows how a command is used.',
  ]
}

/** How one command is used: arguments, flags, examples. */
export function commandHelp(command: CommandSpec, width: number): string[] {
  const aliases = command.aliases === undefined ? [] : ['', `Also called: ${command.aliases.join(', ')}`]
  const details = (command.details ?? []).flatMap((paragraph) => ['', ...wrapped(paragraph, width)])
  const flags = command.flags.length === 0 ? [] : ['', 'Options:', ...flagLines(command.flags, width)]
  const examples = command.examples.flatMap((example) => ['', `  # ${example.what}`, `  ${example.command}`])
  return [
    `Usage: ${usageLine(command)}`,
    '',
    command.summary,
    ...details,
    ...aliases,
    ...flags,
    '',
    'Global options:',
    ...flagLines(globalFlags, width),
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples.slice(1)]),
  ]
}

/** `-f, --file FILE`; `--flag[=VALUE]` where the value can be left out. */
export function flagSyntax(flag: FlagSpec): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `
  const value = flag.value ?? 'VALUE'
  const shown = flag.kind === 'bool' ? '' : flag.implied === undefined ? ` ${value}` : `[=${value}]`
  return `${short}--${flag.name}${shown}`
}

/** The summary with default, choices and variables. */
export function flagDescription(flag: FlagSpec): string {
  const facts = [
    ...(flag.choices === undefined ? [] : [`one of ${flag.choices.join(', ')}`]),
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
    ...(flag.env === undefined ? [] : [flag.env.map((name) => `$${name}`).join(', ')]),
  ]
  return facts.length === 0 ? flag.summary : `${flag.summary} (${facts.join('; ')})`
}

function flagLines(flags: readonly FlagSpec[], width: number): string[] {
  const shown = flags.filter((flag) => flag.hidden !== true)
  const rows = shown.map(
    (flag) => [flag.short === undefined ? `    ${flagSyntax(flag)}` : flagSyntax(flag), flagDescription(flag)] as const,
  )
  return twoColumns(rows, { width, left: 34 })
}

function twoColumns(
  rows: readonly (readonly [string, string])[],
  shape: { readonly width: number; readonly left: number },
): string[] {
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrapped(right, Math.max(24, shape.width - shape.left - 4))
    const indent = ' '.repeat(shape.left + 4)
    if (left.length > shape.left) return [`  ${left}`, `${indent}${first}`, ...rest.map((line) => indent + line)]
    return [`  ${left.padEnd(shape.left)}  ${first}`, ...rest.map((line) => indent + line)]
  })
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
