export { elfHeadSize, mayBeProgram } from './candidates.ts'
export { type ElfHeader, type ElfSegment, isStatic, readElf } from './elf-header.ts'
export { type ElfSection, type ReadElf, readElfSections } from './elf-sections.ts'
export { symbolBytes } from './symbol-bytes.ts'
