import { commandTable, globalFlags } from './command-table.ts'
import { flagDescription, flagSyntax } from './help.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'
import { usageLine } from './parse-argv.ts'

/** The reference pages as Markdown, by file name: one per command and `README.md` with the list. */
export function commandDocs(): ReadonlyMap<string, string> {
  const pages = commandTable.map((command) => [`${command.name}.md`, commandPage(command)] as const)
  return new Map([['README.md', overviewPage()], ...pages])
}

function overviewPage(): string {
  const rows = commandTable.map((command) => `| [${command.name}](${command.name}.md) | ${cell(command.summary)} |`)
  return [
    '# Commands',
    '',
    'Made from the command table (`src/cli/command-table.ts`); `UPDATE=1 npx vitest run test/repo.test.ts` writes these pages.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...rows,
    '',
    '## Global options',
    '',
    ...flagTable(globalFlags),
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '|---|---|',
    '| 0 | done |',
    '| 1 | `check`, `--check`, `--check-reproducible`, `diff`, `outdated` or `verify` has found something, or `# check=error=true` makes that an error |',
    '| 2 | the command line, the Dockerfile or the context is wrong |',
    '| 3 | a step of the build failed |',
    '| 4 | the machine, a registry or the network stands in the way |',
    '| 70 | a mistake in Slipway; a report file is written |',
    '| 130, 143 | stopped by SIGINT or SIGTERM |',
    '',
    '`slipway run` ends with the code of the command that it ran.',
    '',
  ].join('\n')
}

function commandPage(command: CommandSpec): string {
  const shown = command.flags.filter((flag) => flag.hidden !== true)
  const aliases =
    command.aliases === undefined ? [] : [`Also called ${command.aliases.map((name) => `\`${name}\``).join(', ')}.`, '']
  const flags = shown.length === 0 ? [] : ['## Options', '', ...flagTable(shown), '']
  const examples = command.examples.flatMap((example) => [`# ${example.what}`, example.command])
  return [
    `# slipway ${command.name}`,
    '',
    `${command.summary}.`,
    '',
    '```',
    usageLine(command),
    '```',
    '',
    ...(command.details ?? []).flatMap((paragraph) => [paragraph, '']),
    ...aliases,
    ...flags,
    ...(examples.length === 0 ? [] : ['## Examples', '', '```sh', ...examples, '```', '']),
    'Global options and exit codes: [commands](README.md).',
    '',
  ].join('\n')
}

function flagTable(flags: readonly FlagSpec[]): string[] {
  const rows = flags.map((flag) => `| \`${cell(flagSyntax(flag))}\` | ${cell(flagDescription(flag))} |`)
  return ['| option | meaning |', '|---|---|', ...rows]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
