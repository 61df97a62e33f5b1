import { isShellLess } from '../../bases/index.ts'
import type { Fix } from '../../core/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { bringsPath } from '../queries/brought-files.ts'
import { startScript } from '../queries/start-script.ts'
import { execFormFix, execWords } from '../repairs/exec-form.ts'

/** The shell form, or a shell script, where there is no shell. */
export const needsShellInShellless: Pitfall = {
  id: 'needs-shell-in-shellless',
  summary: 'An image without a shell starts programs by the exec form: the shell form needs /bin/sh.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: (facts) => [
    ...facts.stages.filter(({ reachable }) => reachable).flatMap((stage) => runsOf(stage)),
    ...startsOf(facts),
  ],
}

/** A RUN in the shell form: the build itself fails. */
function runsOf(stage: StageModel): readonly PitfallHit[] {
  if (!isShellLess(stage.base)) return []
  return stage.steps.flatMap((step): readonly PitfallHit[] => {
    if (step.kind !== 'RUN' || step.trigger || !usesShell(step)) return []
    const mounted = step.mounts.some(
      ({ source, target }) => source !== undefined && /^\/(?:bin|usr|busybox)?/.test(target),
    )
    const earlier = stage.history.slice(0, stage.history.indexOf(step))
    return mounted || hasShell(earlier, step) ? [] : [hit(stage, step, 'RUN')]
  })
}

function startsOf(facts: Facts): readonly PitfallHit[] {
  const { final } = facts
  if (!isShellLess(final.base)) return []
  const { entrypoint, cmd, healthcheck } = final.end
  return [entrypoint, cmd, healthcheck].flatMap((step): readonly PitfallHit[] => {
    if (step?.command === undefined || hasShell(final.history, step)) return []
    if (usesShell(step)) return [{ ...hit(final, step, step.kind), fixes: fixesOf(final, step) }]
    const script = startScript(facts, step)
    const shell = /\/(?:env\s+)?((?:ba|da|a|z)?sh)$/.exec(script?.interpreter?.replace(/\s+-\S+$/, '') ?? '')?.[1]
    return script === undefined || shell === undefined ? [] : [scriptHit(final, step, { file: script.file, shell })]
  })
}

/** The shell form, or a shell as the program of the exec form. */
function usesShell({ command }: StepModel): boolean {
  if (command === undefined) return false
  if (command.form === 'shell') return command.script.commands.length > 0 || command.script.broken
  return /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z)?sh$/.test(command.argv[0] ?? '')
}

/** A shell was brought along, or SHELL names a program that may be there. */
function hasShell(history: readonly StepModel[], { before, command }: StepModel): boolean {
  const own = command?.form === 'shell' ? before.shell?.[0] : undefined
  if (own !== undefined && !/^(?:\/bin\/)?(?:ba)?sh$/.test(own)) return true
  return ['/bin/sh', '/bin/bash', '/usr/bin/sh', '/bin/busybox'].some((path) => bringsPath(history, path) !== 'no')
}

function hit({ base }: StageModel, step: StepModel, kind: string): PitfallHit {
  const isExec = step.command?.form === 'exec'
  return {
    at: step.at,
    message: `${isExec ? `this ${kind} starts a shell` : `the shell form of ${kind} needs /bin/sh`}, and ${nameOf(base.isEmpty, base.written)} has none`,
    hint:
      kind === 'RUN'
        ? 'do this in a stage that has a shell, and copy the result'
        : `write the exec form: ${kind === 'HEALTHCHECK' ? 'HEALTHCHECK CMD' : kind} ["program", "argument"]; variables are not filled in there`,
    evidence: { base: base.written },
  }
}

/**
 * As it is, it cannot start; only a program of ENTRYPOINT takes the shell for its arguments and may. Where the image's own
 * ENTRYPOINT is the program already, its name is one word too many, and nobody knows what was meant.
 */
function fixesOf({ base, end }: StageModel, step: StepModel): readonly Fix[] {
  if (step.kind !== 'CMD') return execFormFix(step, 'safe')
  if (end.entrypoint !== undefined) return execFormFix(step, 'proof')
  const program = execWords(step)?.[0]?.split('/').at(-1) ?? ''
  const isTwice = base.runtime !== undefined && /^(?:node(?:js)?|java|python[\d.]*)$/.test(program)
  return isTwice ? [] : execFormFix(step, 'safe')
}

function scriptHit(
  { base }: StageModel,
  step: StepModel,
  { file, shell }: { readonly file: string; readonly shell: string },
): PitfallHit {
  return {
    at: step.at,
    message: `\`${file}\` is a script for ${shell}, and ${nameOf(base.isEmpty, base.written)} has no shell`,
    hint: 'start the program itself, or take a base that has a shell',
    evidence: { base: base.written, script: file },
  }
}

function nameOf(isEmpty: boolean, written: string): string {
  return isEmpty ? 'an empty image' : written
}
