export { elfHeadSize, mayBeProgram } from './candidates.ts'
export { type ElfHeader, type ElfSegment, isStatic, readElf } from './elf-header.ts'
export { type ReadElf, symbolBytes } from './symbol-bytes.ts'
