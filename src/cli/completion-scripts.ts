import { SlipwayError } from '../core/index.ts'
import { commandTable, globalFlags } from './command-table.ts'
import type { CommandSpec, FlagSpec } from './flags.ts'

/** The completion script for a shell. Throws `usage` for shells without one. */
export function completionScript(shell: string): string {
  switch (shell) {
    case 'bash':
      return bashScript()
    case 'zsh':
      return zshScript()
    case 'fish':
      return fishScript()
    default:
      throw new SlipwayError('usage', `there is no completion for ${JSON.stringify(shell)}`, {
        hint: 'one of bash, zsh, fish',
      })
  }
}

const shownFlags = (command: CommandSpec): readonly FlagSpec[] => [
  ...command.flags.filter((flag) => flag.hidden !== true),
  ...globalFlags,
]

function bashScript(): string {
  const flagCases = commandTable.map((command) => `    ${namesOf(command)}) flags='${bashFlags(command)}' ;;`)
  const choiceCases = commandTable.flatMap((command) =>
    shownFlags(command)
      // A value that may be left out stands behind =, never in the next word.
      .filter((flag) => flag.choices !== undefined && flag.implied === undefined)
      .map(
        (flag) =>
          `    '${command.name} --${flag.name}') COMPREPLY=($(compgen -W '${flag.choices?.join(' ')}' -- "$cur")); return ;;`,
      ),
  )
  const shellCase = "    'completion '*) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")); return ;;"
  return `# bash completion for slipway: source <(slipway completion bash)
_slipway() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' flags='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) command=$word; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W '${commandTable.map((command) => command.name).join(' ')} ${globalFlags.map((flag) => `--${flag.name}`).join(' ')}' -- "$cur"))
    return
  fi
  case "$command $prev" in
${choiceCases.join('\n')}
${shellCase}
  esac
  case $command in
${flagCases.join('\n')}
  esac
  case $cur in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
  esac
}
complete -o default -F _slipway slipway
`
}

function namesOf(command: CommandSpec): string {
  return [command.name, ...(command.aliases ?? [])].join('|')
}

function bashFlags(command: CommandSpec): string {
  return shownFlags(command)
    .map((flag) => `--${flag.name}`)
    .join(' ')
}

function zshScript(): string {
  const commands = commandTable.map((command) => `    ${zshQuote(`${command.name}:${command.summary}`)}`)
  const cases = commandTable.map((command) => {
    const specs = [
      ...shownFlags(command).map(zshFlag),
      ...(command.name === 'completion' ? ["'1:shell:(bash zsh fish)'"] : ["'*:argument:_files'"]),
    ]
    return `    ${namesOf(command)})\n      _arguments -s \\\n        ${specs.join(' \\\n        ')} ;;`
  })
  return `#compdef slipway
# zsh completion for slipway: slipway completion zsh > "\${fpath[1]}/_slipway"
_slipway() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _slipway slipway
`
}

function zshFlag(flag: FlagSpec): string {
  const text = flag.summary.replace(/[[\]:]/g, '')
  const colon = flag.implied === undefined ? ':' : '::'
  const value =
    flag.kind === 'bool'
      ? ''
      : `${colon}${(flag.value ?? 'value').replace(/[[\]:|()]/g, ' ').trim()}:${zshValues(flag)}`
  return zshQuote(`*--${flag.name}${flag.implied === undefined ? '' : '=-'}[${text}]${value}`)
}

function zshValues(flag: FlagSpec): string {
  if (flag.choices !== undefined) return `(${flag.choices.join(' ')})`
  if (flag.completes === 'directory') return '_files -/'
  return flag.completes === 'file' ? '_files' : ''
}

function zshQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function fishScript(): string {
  const names = commandTable.map((command) => command.name).join(' ')
  const commands = commandTable.map(
    (command) =>
      `complete -c slipway -f -n "not __fish_seen_subcommand_from ${names}" -a ${command.name} -d ${fishQuote(command.summary)}`,
  )
  const flags = commandTable.flatMap((command) => shownFlags(command).map((flag) => fishFlag(command, flag)))
  const shells = 'complete -c slipway -f -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"'
  return ['# fish completion for slipway: slipway completion fish | source', ...commands, ...flags, shells, ''].join(
    '\n',
  )
}

function fishFlag(command: CommandSpec, flag: FlagSpec): string {
  const names = [command.name, ...(command.aliases ?? [])].join(' ')
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`
  const exclusive = flag.implied === undefined ? ' -x' : ''
  const choices = flag.choices === undefined ? '' : `${exclusive} -a "${flag.choices.join(' ')}"`
  const value = flag.kind === 'bool' || choices !== '' ? choices : ' -r'
  return `complete -c slipway -n "__fish_seen_subcommand_from ${names}" -l ${flag.name}${short}${value} -d ${fishQuote(flag.summary)}`
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
