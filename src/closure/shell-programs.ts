import { actionsOf, type ShellCommand, type ShellWord } from '../shell/index.ts'

/** Commands that dash, bash or BusyBox' ash have in themselves; a missing file of that name stops none of them. */
const builtins: ReadonlySet<string> = new Set(
  `. : [ [[ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval
  exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray
  readonly return select set shift shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait`.split(
    /\s+/,
  ),
)

/** Whether a shell runs it without a program. */
export function isBuiltin(program: string, { text }: ShellWord): boolean {
  return program === '' || (builtins.has(program) && !text.includes('/'))
}

const makers: ReadonlySet<string> = new Set([
  'install',
  'download',
  'clone',
  'unpack',
  'build',
  'copy',
  'move',
  'link',
  'write',
  'chmod',
])

/** Whether a command may bring programs that the image does not have. */
export function mayMakePrograms(command: ShellCommand): boolean {
  if (command.conditions.includes('substitution')) return false
  return actionsOf(command).some((action) => makers.has(action.kind) && !isHarmless(action))
}

/** `> /dev/null` and logs. */
function isHarmless(action: ReturnType<typeof actionsOf>[number]): boolean {
  if (action.kind !== 'write') return false
  return action.paths.every((path) =>
    /^\/(?:dev|proc|var\/log|var\/run|run|tmp)\/|\.(?:log|pid|conf|json|ya?ml|env|html|txt|ini)$/.test(path),
  )
}

/** Programs and files that a script asks about before it uses them. */
export function askedNames(text: string): readonly string[] {
  const programs = text.matchAll(/\b(?:command[ \t]+-[vV]|which|type|hash)[ \t]+(?:-\w+[ \t]+)*["']?([\w./-]+)/g)
  const files = text.matchAll(/(?:\[|\btest)[ \t]+(?:![ \t]+)?-[efxrds][ \t]+["']?([\w./-]+)/g)
  return [...programs, ...files].map(([, name = '']) => name)
}

/** Programs that run another one with the rights of somebody else. */
export function changesUser([program = '']: readonly string[]): boolean {
  return /(?:^|\/)(?:gosu|su-exec|su|sudo|doas|setpriv|runuser|chpst|s6-setuidgid|chroot)$/.test(program)
}
