import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { execForm, execFormFix } from '../repairs/exec-form.ts'

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
  const array = execForm(step)
  return {
    at: step.at,
    message: `${step.kind} is in shell form${isBrokenJson ? ' (what stands in the brackets is no JSON)' : ''}: ${consequence}`,
    hint:
      array === undefined
        ? `write ${step.kind} ["program", "argument"]; where a shell is needed, ["sh", "-c", "exec …"]`
        : `write ${step.kind} ${array}`,
    evidence: { form: 'shell' },
    fixes: execFormFix(step, safetyOf(step)),
  }
}

function writtenIn({ instruction }: StepModel): string {
  return 'command' in instruction && instruction.command?.form === 'shell' ? instruction.command.script.text : ''
}

/** A plain program with its arguments does the same without a shell, unless ENTRYPOINT and CMD mean something to each other. */
function safetyOf({ stage: { end }, before }: StepModel): 'safe' | 'proof' {
  const isAlone = end.entrypoint === undefined || end.cmd === undefined
  return isAlone && before.shell === undefined ? 'safe' : 'proof'
}
