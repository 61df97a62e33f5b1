import { replaceWord } from '../../editing/index.ts'
import type { Fix } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** What a container starts is a shell. */
export const shellFormCmd: Pitfall = {
  id: 'shell-form-cmd',
  summary: 'CMD and ENTRYPOINT are JSON arrays: the program itself is process 1 and gets SIGTERM.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: { hadolint: ['DL3025'], buildkit: ['JSONArgsRecommended'] },
  find,
}

function find({ final }: Facts): readonly PitfallHit[] {
  const { entrypoint, cmd } = final.end
  const isShell = (step: StepModel): boolean => step.command?.form === 'shell' && writtenIn(step).trim() !== ''
  if (entrypoint !== undefined && isShell(entrypoint)) return [hit(entrypoint, consequenceOf(entrypoint, cmd))]
  if (cmd === undefined || !isShell(cmd)) return []
  const hasProgram = (entrypoint?.command?.argv.length ?? 0) > 0
  return [
    hit(
      cmd,
      hasProgram
        ? `ENTRYPOINT (line ${entrypoint?.line ?? 0}) gets /bin/sh -c as its arguments`
        : consequenceOf(cmd, undefined),
    ),
  ]
}

function consequenceOf({ command }: StepModel, cmd: StepModel | undefined): string {
  const commands = command?.script.commands ?? []
  const ignored = cmd === undefined ? '' : ', and CMD is ignored'
  const last = commands.findLast(({ program }) => /^[\w./-]+$/.test(program))
  if (last?.wrappers.includes('exec') === true) return `a shell starts it and takes no further arguments${ignored}`
  return `a shell stands before ${last?.program ?? 'the program'} and may keep SIGTERM from it${ignored}`
}

function hit(step: StepModel, consequence: string): PitfallHit {
  const text = writtenIn(step)
  const isBrokenJson = /^\s*\[/.test(text)
  const argv = argvOf(step)
  const array = argv === undefined ? undefined : `[${argv.map((word) => JSON.stringify(word)).join(', ')}]`
  return {
    at: step.at,
    message: `${step.kind} is in shell form${isBrokenJson ? ' (what stands in the brackets is no JSON)' : ''}: ${consequence}`,
    hint:
      array === undefined
        ? `write ${step.kind} ["program", "argument"]; where a shell is needed, ["sh", "-c", "exec …"]`
        : `write ${step.kind} ${array}`,
    evidence: { form: 'shell' },
    ...(array === undefined ? {} : { fixes: [fixFor(step, array)] }),
  }
}

function writtenIn({ instruction }: StepModel): string {
  return 'command' in instruction && instruction.command?.form === 'shell' ? instruction.command.script.text : ''
}

/** The words, where a shell would do nothing but split them. */
function argvOf(step: StepModel): readonly string[] | undefined {
  const text = writtenIn(step).trim()
  if (!/^[\w./@%+=:,-]+(?:[ \t]+[\w./@%+=:,-]+)*$/.test(text)) return undefined
  const words = text.split(/[ \t]+/)
  // An assignment, a word of the shell itself, or an exec that is not needed any more.
  if (
    /=/.test(words[0] ?? '') ||
    /^(?:cd|source|\.|export|set|eval|ulimit|umask|if|for|while|case|until|exit|time|read|wait|trap|alias|unset|shift|command|builtin|type|\[\[|:)$/.test(
      words[0] ?? '',
    )
  )
    return undefined
  return words[0] === 'exec' ? words.slice(1) : words
}

/** A plain program with its arguments does the same without a shell, unless ENTRYPOINT and CMD mean something to each other. */
function safetyOf({ stage: { end }, before }: StepModel): 'safe' | 'proof' {
  const isAlone = end.entrypoint === undefined || end.cmd === undefined
  return isAlone && before.shell === undefined ? 'safe' : 'proof'
}

function fixFor(step: StepModel, array: string): Fix {
  const { instruction, kind } = step
  const edits =
    'command' in instruction && instruction.command?.form === 'shell'
      ? replaceWord(instruction.command.script, array)
      : []
  return { title: `write ${kind} as a JSON array`, edits, claims: ['same-files'], safety: safetyOf(step) }
}
