import { nodeAt, readBytes } from '../distribution.ts'
import { readElf } from '../../elf/index.ts'
import { libcOfLoader } from '../../elf/index.ts'
import { readShebang } from '../../inventory/index.ts'
import {
  absolutePath,
  type Explanation,
  type FailedStep,
  isCovered,
  lastMatch,
  type Recogniser,
  type UnreadyEmulation,
} from '../failed-step.ts'
import { missingInterpreter, type MissingInterpreter } from '../missing-interpreter.ts'
import { programInPath } from '../programs.ts'

/** The program of the step itself is not there: mostly the shell, in a stage from scratch or a distroless base. */
export const missingProgram: Recogniser = (step) => {
  const [program] = step.argv
  if (step.exitCode < 126 || program === undefined || !program.startsWith('/') || isCovered(step, program))
    return undefined
  if (nodeAt(step.tree, program) !== undefined) return undefined
  if (!program.endsWith('sh')) return { reason: `there is no ${program} in this stage`, advice: [] }
  return {
    reason: `this stage has no ${program}`,
    advice: [
      'use the exec form RUN ["program", "argument"], or do the work in a stage that has a shell and COPY the result',
    ],
  }
}

/** A program that exists and whose loader or script interpreter does not. */
export const missingLoader: Recogniser = (step) => {
  const program = startedProgram(step)
  if (program === undefined || isCovered(step, program)) return undefined
  const missing = missingInterpreter(step.tree, program)
  if (missing === undefined || isCovered(step, missing.path)) return undefined
  return withoutInterpreter(program, missing)
}

/** What to do about a loader or script interpreter that is not there. */
export function withoutInterpreter(program: string, { kind, path }: MissingInterpreter): Explanation {
  if (path.endsWith('\r')) return windowsLines(program)
  return kind === 'script' ? missingScriptInterpreter(program, path) : missingCLibrary(program, path)
}

const notThere: readonly RegExp[] = [
  /^\S+: (?:line )?\d+: (?:exec: )?(\S+): not found$/,
  /^\S*sh: (?:exec: line \d+: )?(\S+): not found$/,
  /: line \d+: (\S+): (?:cannot execute: required file not found|No such file or directory)$/,
  /: (\S+): \S+: bad interpreter: No such file or directory$/,
  /can't execute '([^']+)': No such file or directory$/,
]

/** The program that was said not to be there, when it is there; else that of the exec form. */
function startedProgram(step: FailedStep): string | undefined {
  const said = lastMatch(step, notThere)?.[1]
  if (said !== undefined) return said.includes('/') ? absolutePath(step, said) : programInPath(step, said)
  const [program] = step.argv
  if (step.exitCode !== 127 || program === undefined) return undefined
  return program.includes('/') ? absolutePath(step, program) : programInPath(step, program)
}

/** `#!/usr/bin/env bash\r`, as env complains about it. */
export const carriageReturn: Recogniser = (step) => {
  const match = lastMatch(step, [
    /^\S*env: [‘']([^'’\\]+)\\r['’]: No such file or directory/,
    /^\S*env: can't execute '([^'\r]+)\r': No such file or directory/,
    /: ([^\s:]+)\^M: bad interpreter/,
  ])
  return match === null || match === undefined ? undefined : windowsLines(undefined, match[1])
}

function windowsLines(program: string | undefined, interpreter?: string): Explanation {
  const who = program ?? `a script that asks for ${interpreter}`
  return {
    reason: `${who} has Windows line ends: the kernel takes the carriage return for a part of the interpreter's name`,
    advice: [
      'store it with Unix line ends: *.sh text eol=lf in .gitattributes',
      `or convert it in the build: RUN sed -i 's/\\r$//' ${program ?? 'FILE'}`,
    ],
  }
}

function missingScriptInterpreter(program: string, interpreter: string): Explanation {
  const shell = /\/(bash|zsh|ksh|dash)$/.exec(interpreter)?.[1]
  return {
    reason: `${program} is there, but it is to be run by ${interpreter}, which is not in this stage`,
    advice: [
      shell === undefined
        ? `install what brings ${interpreter}, or name another interpreter in its first line`
        : `install ${shell}, or begin the script with #!/bin/sh if it needs nothing of ${shell}`,
    ],
    wanted: [interpreter.slice(1)],
  }
}

function missingCLibrary(program: string, loader: string): Explanation {
  const library = libcOfLoader(loader)
  const advice = {
    glibc:
      'build it in a stage with musl too (an alpine base), link it statically, or use a base with glibc (debian, distroless/base)',
    musl: 'build it in a stage with glibc too (a debian base), link it statically, or use an alpine base',
  }
  return {
    reason: `${program} is there, but it was linked dynamically${library === undefined ? '' : ` against ${library}`} and needs the loader ${loader}, which is not in this stage`,
    advice: [library === undefined ? 'link it statically, or use a base with that C library' : advice[library]],
  }
}

/** The kernel does not know what to do with the file: another machine, no first line, nothing in it. */
export const execFormat: Recogniser = (step) => {
  const said = lastMatch(step, [
    /(?:^|: )(\S+): (?:cannot execute binary file: )?Exec format error$/i,
    /(?:exec|open executable|execve?|executable file)[ :]+[`"']?([^\s`"':]+)[`"']?.*exec format error/i,
    /^(\S+): line \d+: .?ELF.*: not found$/,
    /^(\S+): line \d+: syntax error: unexpected/,
    /OSError: \[Errno 8\] Exec format error: '([^']+)'/,
    /fork\/exec (\S+): exec format error/,
    /(exec format error)/i,
  ])
  if (said === undefined || step.exitCode === 0) return undefined
  const named = said[1] ?? ''
  const spoken = /exec format error/i.test(said[0])
  const program = named.includes('/') ? absolutePath(step, named) : programInPath(step, named)
  if (program !== undefined && !isCovered(step, program)) {
    const known = foreignProgram(step, program) ?? (spoken ? notAProgram(step, program) : undefined)
    if (known !== undefined) return known
  }
  if (!spoken) return undefined
  return {
    reason:
      'a program was started that this machine cannot execute: of another architecture, or a script without a #! line',
    advice: ['slipway doctor says which architectures run here'],
  }
}

/** A file that nobody can execute. Texts are only meant when the kernel has refused them: shells run them as their own. */
function notAProgram({ tree }: Pick<FailedStep, 'tree'>, program: string): Explanation | undefined {
  const bytes = readBytes(tree, program)
  if (bytes === undefined || readElf(bytes) !== undefined || readShebang(bytes) !== undefined) return undefined
  if (bytes.length > 0) return scriptWithoutShebang(program, bytes)
  return {
    reason: `${program} is an empty file`,
    advice: ['look at what was to write it: the step before may have failed silently'],
  }
}

/** A program that cannot be started because of what it was made for. */
export interface ForeignProgram extends Explanation {
  /** OCI name of its architecture. */
  readonly architecture: string
}

/** An ELF file for a machine that this one does not run. */
export function foreignProgram(
  { tree, machine }: Pick<FailedStep, 'tree' | 'machine'>,
  program: string,
): ForeignProgram | undefined {
  const bytes = readBytes(tree, program)
  const elf = bytes === undefined ? undefined : readElf(bytes)
  if (elf === undefined) return undefined
  const { architecture, runs, unready = {} } = machine
  if (elf.architecture === architecture || runs.includes(elf.architecture)) return undefined
  const { why, fix, interpreter } = unready[elf.architecture] ?? noEmulation
  if (interpreter !== undefined && nodeAt(tree, interpreter) !== undefined) return undefined
  return {
    architecture: elf.architecture,
    reason: `${program} was made for ${elf.architecture}; this machine is ${architecture} and has no emulation for ${elf.architecture} (${why})`,
    advice: [
      `use the ${architecture} form of the program or base (check --platform and the download's name)`,
      `or, to have ${elf.architecture} emulated, ${fix}`,
      'slipway doctor shows what runs here',
    ],
  }
}

const noEmulation: UnreadyEmulation = {
  why: 'no qemu handler in binfmt_misc',
  fix: 'install qemu-user-static and binfmt-support on this machine',
}

function scriptWithoutShebang(program: string, bytes: Uint8Array): Explanation | undefined {
  const isText = bytes.subarray(0, 512).every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))
  if (!isText) return undefined
  return {
    reason: `${program} is a text without a #! line: the kernel does not know what is to run it`,
    advice: ['begin it with #!/bin/sh (the very first bytes of the file), or run it with sh'],
  }
}
