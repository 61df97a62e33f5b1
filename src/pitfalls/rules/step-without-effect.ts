import type { ShellCommand } from '../../shell/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { runSteps } from '../queries/steps.ts'

/** A RUN changes its own shell and nothing else. */
export const stepWithoutEffect: Pitfall = {
  id: 'step-without-effect',
  summary:
    'What a RUN does to its own shell ends with it: directories, variables and settings are gone in the next step.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision'],
  peers: {},
  find,
}

function find({ stages }: Facts): readonly PitfallHit[] {
  return runSteps(stages.flatMap(({ steps }) => steps)).flatMap((step) => {
    const { commands, broken } = step.command.script
    if (broken || step.trigger || commands.length === 0 || !commands.every(isOwn)) return []
    const told = commands.find((command) => remedyFor(command) !== undefined)
    const remedy = told === undefined ? undefined : remedyFor(told)
    if (remedy === undefined) return []
    return [
      {
        at: step.at,
        message: `this RUN has no effect: ${remedy.what} is gone when it ends`,
        hint: remedy.hint,
        evidence: { command: told?.program ?? '' },
      },
    ]
  })
}

const own = new Set([
  'cd',
  'pushd',
  'popd',
  'set',
  'unset',
  'alias',
  'unalias',
  'shopt',
  'umask',
  'ulimit',
  'true',
  ':',
  'hash',
])

/** It changes nothing but the shell that runs it. */
function isOwn({ program, redirects, args, assignments }: ShellCommand): boolean {
  if (redirects.some(({ operator }) => operator.includes('>'))) return false
  // A value may come from a command that does something.
  if (program === '') return assignments.length > 0 && assignments.every(({ value }) => value !== undefined)
  return own.has(program) || ((program === 'source' || program === '.') && (args[0] ?? '').endsWith('/activate'))
}

function remedyFor({
  program,
  args,
  assignments,
}: ShellCommand): { readonly what: string; readonly hint: string } | undefined {
  const [first] = assignments
  if (program === '' && first !== undefined)
    return {
      what: `the variable ${first.name}`,
      hint: `write ENV ${first.name}=${first.value ?? '…'}, or put it into the RUN that needs it`,
    }
  if (program === 'cd' || program === 'pushd')
    return { what: `the change to ${args.at(-1) ?? 'another directory'}`, hint: `write WORKDIR ${args.at(-1) ?? '…'}` }
  if (program === 'source' || program === '.')
    return {
      what: 'the virtual environment',
      hint: `write ENV PATH=${(args[0] ?? '').replace(/\/activate$/, '')}:$PATH`,
    }
  if (program === 'alias') return { what: 'the alias', hint: 'write a small program into /usr/local/bin' }
  if (program === 'umask' || program === 'ulimit')
    return { what: `what ${program} sets`, hint: `put ${program} into the RUN that needs it` }
  return undefined
}
