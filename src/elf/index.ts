export { elfHeadSize, mayBeProgram } from './candidates.ts'
/** What a program or library asks of the loader: the libraries and versions it needs, and those it offers. Pure, never throws. */
export { type ElfDynamic, readDynamic, type WantedVersion } from './dynamic.ts'
/** Names that a program or library looks for in others, and that it offers. Pure, never throws. */
export { type DynamicSymbols, readDynamicSymbols } from './dynamic-symbols.ts'
export { type ElfHeader, type ElfSegment, isStatic, readElf } from './elf-header.ts'
export { type ElfSection, type ReadElf, readElfSections } from './elf-sections.ts'
export { type Libc, libcOfLoader } from './loader-libc.ts'
export { symbolBytes } from './symbol-bytes.ts'
