import type { ShellCommand } from '../../shell/index.ts'
import { type RunStep, type SecretSources, secretIn, secretSources, withAssignments } from './secret-sources.ts'
import { settingsWrittenBy } from './stored-settings.ts'
import { takenBack } from './taken-back.ts'

/** A command that leaves a credential in a file of the layer. */
export interface KeptSecret {
  readonly command: ShellCommand
  /** The argument, the variable or the secret that it comes from. */
  readonly what: string
  /** As written, or as the tool calls it. */
  readonly place: string
}

/** Programs whose output holds what their words and their input hold. */
const passing = new Set(
  'echo printf cat tee base64 envsubst sed awk gawk tr cut head tail jq yq xargs sort uniq rev openssl gunzip zcat tac fold'.split(
    ' ',
  ),
)

/** What a RUN writes of the credentials it knows, and does not take away again. */
export function keptSecrets(step: RunStep): readonly KeptSecret[] {
  const { commands } = step.command.script
  const text = step.at.source.text
  let sources = secretSources(step)
  const piped = new Map<number, string>()
  const found: KeptSecret[] = []
  for (const [index, command] of commands.entries()) {
    const input = command.pipe === undefined ? undefined : piped.get(command.pipe.id)
    const carried = broughtBy(step, { index, sources }) ?? input
    if (command.pipe !== undefined && carried !== undefined && passing.has(command.program))
      piped.set(command.pipe.id, carried)
    for (const one of written({ command, sources, carried })) {
      if (!isAside(step, one.path) && !takenBack(step, { index, ...one })) found.push({ ...one, command })
    }
    sources = withAssignments(sources, command, text)
  }
  return found
}

interface Written {
  readonly what: string
  readonly place: string
  /** Absolute, where it is a file of the command's choice. */
  readonly path?: string
  /** The tool that keeps it, in its own file. */
  readonly tool?: string
}

function written({
  command,
  sources,
  carried,
}: {
  readonly command: ShellCommand
  readonly sources: SecretSources
  readonly carried: string | undefined
}): readonly Written[] {
  const { program, redirects } = command
  const out: Written[] = []
  if (carried !== undefined && (passing.has(program) || program === '')) {
    const targets = redirects.filter(({ operator }) => /^(?:1|&)?>[>|]?$/.test(operator)).map(({ target }) => target)
    const files = program === 'tee' ? command.words.filter(({ text }) => !text.startsWith('-')) : []
    const edited =
      program === 'sed' && command.args.some((arg) => /^-\w*i|^--in-place/.test(arg)) ? command.words.slice(-1) : []
    for (const word of [...targets, ...files, ...edited])
      out.push({ what: carried, place: word.text, ...pathOf(word.value, command) })
  }
  const copied = copies(command, sources)
  if (copied !== undefined) out.push(copied)
  const kept = settingsWrittenBy(command)
  if (kept !== undefined && carried !== undefined)
    out.push({ what: carried, place: kept.place, tool: kept.tool, ...pathOf(kept.path, command) })
  return out
}

/** `cp /run/secrets/npmrc /root/.npmrc`: the file itself becomes a part of the layer. */
function copies({ program, args, words, cwd }: ShellCommand, { files }: SecretSources): Written | undefined {
  if (program === 'dd') {
    const [from, to] = ['if=', 'of='].map((key) => args.find((arg) => arg.startsWith(key))?.slice(3))
    const what = files.get(from ?? '')
    return what === undefined || to === undefined ? undefined : { what, place: to, ...pathOf(to, { cwd }) }
  }
  if (!['cp', 'install', 'rsync', 'scp'].includes(program)) return undefined
  const operands = words.filter(({ text }) => !text.startsWith('-'))
  const target = operands.at(-1)
  const [source, what] =
    operands
      .slice(0, -1)
      .map(({ value }) => [value, lookUp(files, value)] as const)
      .find(([, found]) => found !== undefined) ?? []
  if (target === undefined || what === undefined) return undefined
  const name = source?.split('/').at(-1) ?? ''
  const path =
    target.value === undefined
      ? undefined
      : /(?:^|\/)\.?$/.test(target.value)
        ? `${target.value.replace(/\.$/, '')}${name}`
        : target.value
  return { what, place: target.text, ...pathOf(path, { cwd }) }
}

function lookUp(files: ReadonlyMap<string, string>, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  const wanted = path.replace(/\/+$/, '')
  return (
    files.get(wanted) ??
    // `cp /run/secrets/* .` and `cp -r /run/secrets .` take them all.
    [...files].find(
      ([file]) =>
        file.startsWith(`${wanted.replace(/\/\*$/, '')}/`) && (wanted.endsWith('*') || wanted === '/run/secrets'),
    )?.[1]
  )
}

/** The secret that the words of a command, its assignments' values aside, its input or its heredoc bring. */
function broughtBy(
  step: RunStep,
  { index, sources }: { readonly index: number; readonly sources: SecretSources },
): string | undefined {
  const { commands } = step.command.script
  const command = commands[index] as ShellCommand
  for (const { text, value } of command.words) {
    const what = secretIn(text, sources) ?? (reads(command) ? sources.files.get(value ?? '') : undefined)
    if (what !== undefined) return what
  }
  for (const { operator, target } of command.redirects) {
    if (operator === '<' || operator === '0<') {
      const what = sources.files.get(target.value ?? '')
      if (what !== undefined) return what
    }
    if (operator === '<<<') {
      const what = secretIn(target.text, sources)
      if (what !== undefined) return what
    }
    if (/^<<-?$/.test(operator) && !/["'\\]/.test(target.text)) {
      const what = secretIn(heredocText(step, index), sources)
      if (what !== undefined) return what
    }
  }
  return undefined
}

/** Programs that print the files they are given. */
function reads({ program }: ShellCommand): boolean {
  return passing.has(program) && program !== 'echo' && program !== 'printf'
}

/** The body of the heredoc of a command: up to the next command, which is read from further below. */
export function heredocText(step: RunStep, index: number): string {
  const { commands } = step.command.script
  const command = commands[index] as ShellCommand
  const { text } = step.at.source
  const [body] = step.instruction.heredocs.filter(
    ({ operator }) => command.span.start <= operator.start && operator.end <= command.span.end + 40,
  )
  if (body !== undefined && !(body.body.start <= command.span.start && command.span.end <= body.body.end))
    return body.content
  const next = commands.slice(index + 1).find(({ span }) => span.start > command.span.end)
  return text.slice(command.span.end, next?.span.start ?? step.instruction.span.end)
}

function pathOf(
  path: string | undefined,
  { cwd }: Pick<ShellCommand, 'cwd'> | { readonly cwd: string | undefined },
): { readonly path?: string } {
  if (path === undefined || path === '') return {}
  if (path.startsWith('/')) return { path }
  return cwd === undefined ? { path } : { path: `${cwd === '/' ? '' : cwd}/${path.replace(/^\.\//, '')}` }
}

/** Devices, and what is mounted for the step: nothing of it is in the layer. */
function isAside({ mounts }: RunStep, path: string | undefined): boolean {
  if (path === undefined) return false
  if (/^\/(?:dev|proc|sys)\//.test(path)) return true
  return mounts.some(
    ({ target }) => target !== '' && (path === target || path.startsWith(`${target.replace(/\/$/, '')}/`)),
  )
}
