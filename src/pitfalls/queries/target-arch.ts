import type { StepModel } from '../facts.ts'

/** Whether steps ask what they build for, or what they run on: TARGETARCH, `uname -m`, `dpkg --print-architecture`. */
export function knowsTargetArch(steps: readonly StepModel[]): boolean {
  return asksForTarget(steps) || steps.some((step) => asksForMachine(step))
}

/** Whether steps ask what they build for: TARGETARCH, xx. */
export function asksForTarget(steps: readonly StepModel[]): boolean {
  return steps.some(({ kind, command, pairs }) => {
    if (kind === 'ENV' || kind === 'ARG') return pairs.some(({ written }) => isTarget(written ?? ''))
    if (kind !== 'RUN' || command === undefined) return false
    if (command.script.uses.some(({ name }) => targets.test(name))) return true
    return command.script.commands.some(
      ({ program, words, programWord }) =>
        program.startsWith('xx-') || [programWord?.text ?? '', ...words.map(({ text }) => text)].some(isTarget),
    )
  })
}

/** Whether a RUN asks what it runs on: `uname -m`, `arch`, `dpkg --print-architecture`. */
export function asksForMachine({ kind, command }: StepModel): boolean {
  return kind === 'RUN' && (command?.script.commands ?? []).some(({ program, args }) => asksMachine(program, args))
}

const targets = /^(?:TARGET|BUILD)(?:ARCH|PLATFORM|VARIANT)$/

function isTarget(text: string): boolean {
  return /\$\{?(?:TARGET|BUILD)(?:ARCH|PLATFORM|VARIANT)\b/.test(text)
}

function asksMachine(program: string, args: readonly string[]): boolean {
  if (program === 'arch' || (program === 'uname' && args.some((arg) => /^-\w*[amp]|--machine|--all/.test(arg))))
    return true
  if (program === 'dpkg-architecture' || program === 'rpm') return args.some((arg) => /arch|^-q|^-E/.test(arg))
  if ((program === 'dpkg' || program === 'apk') && args.some((arg) => /^--print-(?:foreign-)?arch/.test(arg)))
    return true
  if (program === 'go' && args[0] === 'env') return true
  return (
    (program === 'rustc' && args.includes('-vV')) ||
    (/^(?:gcc|cc|clang)$/.test(program) && args.includes('-dumpmachine'))
  )
}
