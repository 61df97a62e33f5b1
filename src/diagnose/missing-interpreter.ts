import { readElf } from '../elf/index.ts'
import type { TreeView } from '../fileset/index.ts'
import { nodeAt, readBytes } from './distribution.ts'
import { readShebang } from '../inventory/index.ts'

/** What a program needs to be started and the tree does not have. */
export interface MissingInterpreter {
  readonly kind: 'loader' | 'script'
  /** As the file names it, a carriage return at its end included. */
  readonly path: string
}

/**
 * The loader or script interpreter that a program names and the tree does not have, which the kernel reports as "no such
 * file" although the program is there. Undefined when nothing is missing or the file is neither ELF nor a script.
 */
export function missingInterpreter(tree: TreeView, program: string): MissingInterpreter | undefined {
  const bytes = readBytes(tree, program)
  if (bytes === undefined) return undefined
  const [interpreter] = readShebang(bytes) ?? []
  const loader = interpreter === undefined ? readElf(bytes)?.interpreter : undefined
  const path = interpreter ?? loader
  if (path === undefined || nodeAt(tree, path) !== undefined) return undefined
  return { kind: loader === undefined ? 'script' : 'loader', path }
}
