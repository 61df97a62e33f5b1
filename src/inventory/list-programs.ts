import { elfHeadSize, type ElfHeader, mayBeProgram, readElf } from '../elf/index.ts'
import type { TreeView } from '../fileset/index.ts'
import { filesOf, type ReadPart } from './root-files.ts'

/** The headers of the ELF programs and libraries of a root file system, by path. */
export function listPrograms(view: TreeView, read: ReadPart): ReadonlyMap<string, ElfHeader> {
  const programs = new Map<string, ElfHeader>()
  for (const { path, node } of filesOf(view)) {
    const head = mayBeProgram(path, node) ? read(path, { offset: 0, length: elfHeadSize }) : undefined
    const header = head === undefined ? undefined : readElf(head)
    if (header !== undefined) programs.set(path, header)
  }
  return programs
}
