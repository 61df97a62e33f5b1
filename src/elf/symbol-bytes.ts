import { type ReadElf, readElfSections } from './elf-sections.ts'

const symbolTable = 2
const withoutBytes = 8

/**
 * Bytes of an ELF file that `strip` takes away: the symbol table with its names, and the sections of debug information. 0 for a
 * stripped program, undefined for other files and for those that cannot be read.
 */
export function symbolBytes(read: ReadElf): number | undefined {
  const sections = readElfSections(read)
  if (sections === undefined) return undefined
  const linked = new Set(sections.filter(({ type }) => type === symbolTable).map(({ link }) => link))
  return sections
    .filter(({ type, isLoaded, name }, index) => {
      if (isLoaded || type === withoutBytes) return false
      return type === symbolTable || linked.has(index) || isDebug(name)
    })
    .reduce((sum, section) => sum + section.size, 0)
}

function isDebug(name: string): boolean {
  return /^\.z?debug|^\.gnu\.debug|^\.stab/.test(name)
}
