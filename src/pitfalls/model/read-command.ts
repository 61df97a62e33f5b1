import {
  type Heredoc,
  type Instruction,
  type LogicalText,
  toSourceOffset,
  toSourceSpan,
} from '../../dockerfile/index.ts'
import { actionsOf, parseArgv, parseScript, type ShellOptions, type ShellScript } from '../../shell/index.ts'
import type { CommandModel, StageState } from '../facts.ts'

type Executed = Extract<Instruction, { command?: unknown }>

/** What RUN, CMD, ENTRYPOINT and HEALTHCHECK execute; undefined without a command. */
export function readCommand(instruction: Executed, state: StageState): CommandModel | undefined {
  const { command } = instruction
  if (command === undefined) return undefined
  const script = readScript(instruction, state)
  return {
    form: command.form,
    argv: command.form === 'exec' ? command.values : [],
    script,
    actions: script.commands.flatMap((one) => actionsOf(one)),
  }
}

type Place = Omit<ShellOptions, 'toSourceOffset'>

function readScript({ command, heredocs }: Executed, state: StageState): ShellScript {
  const { cwd, shell } = state
  const variables = withHome(state)
  const place: Place = { variables, cwd, ...(shell === undefined ? {} : { shell }) }
  if (command === undefined) return nothing
  if (command.form === 'exec') {
    const words = command.args.map(({ text, span }, index) => ({ text, span, value: command.values[index] ?? text }))
    return parseArgv(words, { variables, cwd })
  }
  const { script } = command
  const only = heredocs.length === 1 && /^<<-?\s*(["']?)[\w.-]+\1$/.test(script.text.trim()) ? heredocs[0] : undefined
  if (only !== undefined) return readHeredoc(only, place)
  if (heredocs.length > 0) return readWithBodies(script, heredocs, place)
  return parseScript(script.text, { ...place, toSourceOffset: (offset) => sourceOffset(script, offset) })
}

/** HOME is what the account's entry in /etc/passwd says: tools that make accounts put homes below /home. */
function withHome({ variables, user, isRoot }: StageState): ReadonlyMap<string, string> {
  const name = user?.split(':', 1)[0] ?? ''
  if (variables.has('HOME') || isRoot !== false || !/^[a-z_][a-z0-9_-]*$/.test(name)) return variables
  return new Map([...variables, ['HOME', `/home/${name}`]])
}

const nothing: ShellScript = { commands: [], broken: true, options: new Set(), uses: [] }

/** A body is the whole script, or a program of its own when it names its interpreter. */
function readHeredoc({ content, body }: Heredoc, place: Place): ShellScript {
  return parseScript(content, { ...place, toSourceOffset: (offset) => Math.min(body.start + offset, body.end) })
}

/** Programs read the bodies from their input: the grammar of shells wants them behind the line that opens them. */
function readWithBodies(script: LogicalText, heredocs: readonly Heredoc[], place: Place): ShellScript {
  const { text } = script
  const bodies = heredocs.map(({ content, name }) => `${content}${name}\n`).join('')
  const end = heredocs.at(-1)?.body.end ?? script.span.end
  const toSource = (offset: number): number => (offset <= text.length ? sourceOffset(script, offset) : end)
  return parseScript(`${text}\n${bodies}`, { ...place, toSourceOffset: toSource })
}

/** Behind the last character stands the end of the text, not what a continuation would lead to. */
function sourceOffset(script: LogicalText, offset: number): number {
  if (offset < script.text.length) return toSourceOffset(script, offset)
  return toSourceSpan(script, { start: 0, end: script.text.length }).end
}
