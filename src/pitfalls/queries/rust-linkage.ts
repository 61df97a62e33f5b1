import type { Facts, StageModel } from '../facts.ts'
import { textIn } from './manifest-at.ts'
import type { Linkage, LinkQuestion } from './made-code.ts'

/** How cargo and rustc link: with the C library of the target, which for musl is put into the program. */
export function linkageOfRust(facts: Facts, stage: StageModel, { action, contextDirectory }: LinkQuestion): Linkage {
  const { command, targetArch } = action
  const settings = ['.cargo/config.toml', '.cargo/config', 'rust-toolchain.toml']
    .map((name) => textIn(facts.project, contextDirectory ?? '', name) ?? '')
    .join('\n')
  const flags = `${command.variables.get('RUSTFLAGS') ?? ''} ${command.args.join(' ')}`
  const { libc } = stage.base
  if (/-crt-static/.test(flags)) return libc === 'musl' ? { isStatic: false, libc } : {}
  if (action.static === true || /\+crt-static/.test(`${flags} ${settings}`)) return { isStatic: true }
  const target = targetArch ?? /^\s*target\s*=\s*"([^"]+)"/m.exec(settings)?.[1]
  if (target !== undefined) {
    if (/musl/.test(target)) return { isStatic: true }
    return /-gnu/.test(target) ? { isStatic: false, libc: 'glibc' } : {}
  }
  // A target that only a file of the build knows.
  if (command.args.some((arg) => arg.startsWith('--target'))) return {}
  if (libc === 'musl') return { isStatic: true }
  return libc === 'glibc' ? { isStatic: false, libc } : {}
}
